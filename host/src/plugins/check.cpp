#include "plugins/check.hpp"

#include "plugins/library.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstring>

namespace whatsflow::plugins {
namespace {

namespace fs = std::filesystem;
using Steady = std::chrono::steady_clock;

/// In the child: everything that runs code of the plugin. The answer is empty when all is well.
std::string try_it(const Candidate& candidate) {
    const auto entry = open_library(candidate);
    if (!entry) return entry.error().message;
    std::array<char, 512> why{};
    auto* const object = (*entry)->create(why.data(), static_cast<std::uint32_t>(why.size()));
    why.back() = 0;
    if (!object) return std::string("could not be created: ") + (why[0] != 0 ? why.data() : "no reason given");
    (*entry)->destroy(object);
    return {};
}

struct Trial {
    bool in_time = false;
    int wait_status = 0;
    std::string answer;
};

/// Reads until the other end closes or the time is up.
bool read_until_closed(int from, Steady::time_point deadline, std::string& answer) {
    std::array<char, 1024> buffer{};
    for (;;) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Steady::now()).count();
        if (left <= 0) return false;
        struct pollfd waiting {
            from, POLLIN, 0
        };
        const int ready = ::poll(&waiting, 1, static_cast<int>(std::min<long>(left, 1'000)));
        if (ready < 0 && errno != EINTR) return true;
        if (ready <= 0) continue;
        const auto got = ::read(from, buffer.data(), buffer.size());
        if (got <= 0) return true;
        answer.append(buffer.data(), static_cast<std::size_t>(got));
    }
}

/// Gives the child its own silent streams and default signals: its crash is no news of ours.
[[noreturn]] void run_child(int to, const Candidate& candidate) {
    for (const int signal : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT}) ::signal(signal, SIG_DFL);
    if (const int nowhere = ::open("/dev/null", O_RDWR); nowhere >= 0) {
        ::dup2(nowhere, STDOUT_FILENO);
        ::dup2(nowhere, STDERR_FILENO);
    }
    std::string answer = "!";  // in front of a complaint; "+" when there is none
    const auto complaint = try_it(candidate);
    answer = complaint.empty() ? "+" : answer + complaint;
    const auto written = ::write(to, answer.data(), answer.size());
    ::_exit(written == static_cast<ssize_t>(answer.size()) ? 0 : 1);
}

sdk::Result<Trial> try_in_a_process_of_its_own(const Candidate& candidate, std::chrono::milliseconds timeout) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return sdk::fail("plugins.check_failed", "No pipe could be made. Try again.");
    const auto child = ::fork();
    if (child < 0) {
        ::close(ends[0]);
        ::close(ends[1]);
        return sdk::fail("plugins.check_failed", "No process could be made. Try again.");
    }
    if (child == 0) run_child(ends[1], candidate);
    ::close(ends[1]);
    Trial trial;
    trial.in_time = read_until_closed(ends[0], Steady::now() + timeout, trial.answer);
    ::close(ends[0]);
    if (!trial.in_time) ::kill(child, SIGKILL);
    while (::waitpid(child, &trial.wait_status, 0) < 0 && errno == EINTR) {
    }
    return trial;
}

}  // namespace

sdk::Result<PluginReport> check(const fs::path& path, std::chrono::milliseconds timeout) {
    std::error_code error;
    if (!fs::exists(path, error))
        return sdk::fail("plugins.not_found", "There is nothing at " + path.string() + ". Check the path.");
    const auto folder = fs::is_directory(path, error) ? path : fs::absolute(path).parent_path();
    const auto candidate = inspect(folder);
    if (!candidate.refusal.empty()) return sdk::fail("plugins.refused", candidate.refusal);
    const auto refuse = [&](const std::string& why) {
        return sdk::fail("plugins.refused",
                         candidate.title() + " would not be loaded: " + why + " File: " + candidate.library().string());
    };
    if (fs::is_regular_file(path, error) && path.extension() == ".so" &&
        !fs::equivalent(path, candidate.library(), error))
        return refuse("plugin.json beside it names another library, " + candidate.manifest.library + ".");
    if (auto fits = fits_this_host(candidate.manifest); !fits) return refuse(fits.error().message);

    const auto trial = try_in_a_process_of_its_own(candidate, timeout);
    if (!trial) return trial.error();
    if (!trial->in_time)
        return refuse("it did not finish loading within " + std::to_string(timeout.count()) +
                      " ms. Look at its static constructors and its constructor.");
    if (WIFSIGNALED(trial->wait_status))
        return refuse("it crashed while it was loaded (" + std::string(::strsignal(WTERMSIG(trial->wait_status))) +
                      "). Look at its static constructors and its constructor.");
    if (trial->answer.empty())
        return refuse("it ended the process while it was loaded. Look at its static constructors and its constructor.");
    if (trial->answer.front() == '!') return refuse(trial->answer.substr(1));
    return PluginReport{
        candidate.manifest, candidate.folder,
        candidate.title() + " can be loaded by this host (SDK range " + candidate.manifest.sdk_range + ")."};
}

}  // namespace whatsflow::plugins
