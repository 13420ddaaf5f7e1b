#include "supervised.hpp"

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>

namespace whatsflow::conformance {
namespace {

void write_line(int to, const nlohmann::json& line) {
    const auto text = line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
    std::size_t written = 0;
    while (written < text.size()) {
        const auto count = ::write(to, text.data() + written, text.size() - written);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) std::_Exit(4);  // the parent has gone
        written += static_cast<std::size_t>(count);
    }
}

[[noreturn]] void run_child(int to, const std::filesystem::path& folder, const WalkOptions& options) {
    Report report(
        [to](const Finding& finding) {
            write_line(to, {{"check", finding.check}, {"passed", finding.passed}, {"sentence", finding.sentence}});
        },
        [to](std::string_view step) {
            write_line(to, {{"begin", std::string(step)}});
        });
    try {
        walk(folder, options, report);
        write_line(to, {{"end", true}});
    } catch (const std::exception& exception) {
        report.failed("walk", std::string("The walk ended early: ") + exception.what());
    } catch (...) {
        report.failed("walk", "The walk ended early: the plugin threw something that is not a std::exception.");
    }
    std::_Exit(0);
}

/// Reads lines until the other end closes or the deadline passes. True when it closed.
bool read_lines(int from, std::chrono::steady_clock::time_point deadline,
                const std::function<void(const std::string&)>& use) {
    std::string waiting;
    std::array<char, 4096> buffer{};
    while (true) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
        pollfd source{from, POLLIN, 0};
        const int ready = left.count() <= 0 ? 0 : ::poll(&source, 1, static_cast<int>(left.count()));
        if (ready < 0 && errno == EINTR) continue;
        if (ready <= 0) return false;
        const auto count = ::read(from, buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return true;
        waiting.append(buffer.data(), static_cast<std::size_t>(count));
        for (auto end = waiting.find('\n'); end != std::string::npos; end = waiting.find('\n')) {
            use(waiting.substr(0, end));
            waiting.erase(0, end + 1);
        }
    }
}

}  // namespace

std::size_t walk_supervised(const std::filesystem::path& folder, const WalkOptions& options,
                            std::chrono::seconds deadline, const std::function<void(const Finding&)>& listener) {
    std::size_t failures = 0;
    auto found = [&](const Finding& finding) {
        failures += finding.passed ? 0 : 1;
        listener(finding);
    };
    int ends[2];
    if (::pipe(ends) != 0) {
        found({"walk", false, "No pipe could be made."});
        return failures;
    }
    const pid_t child = ::fork();
    if (child == 0) {
        ::close(ends[0]);
        run_child(ends[1], folder, options);
    }
    ::close(ends[1]);
    if (child < 0) {
        ::close(ends[0]);
        found({"walk", false, "No process could be started."});
        return failures;
    }
    std::string step = "nothing yet";
    bool ended = false;
    const bool closed = read_lines(ends[0], std::chrono::steady_clock::now() + deadline, [&](const std::string& text) {
        const auto line = nlohmann::json::parse(text, nullptr, false);
        if (!line.is_object()) return;
        if (line.contains("begin")) step = line["begin"].get<std::string>();
        if (line.contains("end")) ended = true;
        if (line.contains("check"))
            found({line["check"].get<std::string>(), line["passed"].get<bool>(), line["sentence"].get<std::string>()});
    });
    ::close(ends[0]);
    if (!closed) ::kill(child, SIGKILL);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (!closed) {
        found({"alive", false,
               "It did not finish within " + std::to_string(deadline.count()) + " s, during: " + step + "."});
    } else if (WIFSIGNALED(status)) {
        found({"alive", false,
               std::string("It ended the process (") + ::strsignal(WTERMSIG(status)) + ") during: " + step + "."});
    } else if (!ended && failures == 0) {
        found(
            {"alive", false,
             "It ended the process with exit code " + std::to_string(WEXITSTATUS(status)) + " during: " + step + "."});
    }
    return failures;
}

}  // namespace whatsflow::conformance
