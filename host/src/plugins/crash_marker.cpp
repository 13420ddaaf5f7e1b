#include "plugins/crash_marker.hpp"

#include "plugins/gate.hpp"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <ctime>
#include <fstream>
#include <vector>

namespace whatsflow::plugins {
namespace {

namespace fs = std::filesystem;

constexpr std::array kFatal{SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};

// Everything the handler touches is made ready before: it may not allocate.
char marker_path[4096];
struct sigaction before[kFatal.size()];

std::size_t append(char* target, std::size_t at, std::size_t size, const char* text) {
    while (*text != 0 && at < size) target[at++] = *text++;
    return at;
}

std::size_t append(char* target, std::size_t at, std::size_t size, long number) {
    char digits[24];
    std::size_t count = 0;
    do {
        digits[count++] = static_cast<char>('0' + number % 10);
        number /= 10;
    } while (number > 0);
    while (count > 0 && at < size) target[at++] = digits[--count];
    return at;
}

/// [async-signal-safe] open, write, close, clock_gettime, sigaction, raise; nothing else.
void on_fatal_signal(int signal, siginfo_t* info, void*) {
    if (const char* plugin = running_plugin()) {
        struct timespec now {};
        ::clock_gettime(CLOCK_REALTIME, &now);
        char line[256];
        std::size_t size = append(line, 0, sizeof(line), plugin);
        size = append(line, size, sizeof(line), "\n");
        size = append(line, size, sizeof(line), static_cast<long>(now.tv_sec));
        size = append(line, size, sizeof(line), "\nsignal ");
        size = append(line, size, sizeof(line), static_cast<long>(signal));
        size = append(line, size, sizeof(line), "\n");
        const int file = ::open(marker_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        if (file >= 0) {
            if (::write(file, line, size) < 0) { /* there is nobody left to tell */
            }
            ::close(file);
        }
    }
    for (std::size_t i = 0; i < kFatal.size(); ++i)
        if (kFatal[i] == signal) ::sigaction(signal, &before[i], nullptr);
    // A bad instruction runs again when we return; what was raised by hand has to be repeated.
    if (info == nullptr || info->si_code <= 0) ::raise(signal);
}

struct Marker {
    fs::path file;
    std::string plugin;
    std::int64_t seconds = 0;
};

std::optional<Marker> read_marker(const fs::path& file) {
    std::ifstream stream(file);
    Marker marker{file, {}, 0};
    if (!std::getline(stream, marker.plugin) || !(stream >> marker.seconds)) return std::nullopt;
    return marker;
}

std::vector<Marker> markers_in(const fs::path& directory, const std::string& prefix) {
    std::vector<Marker> markers;
    std::error_code error;
    for (fs::directory_iterator at(directory, error), end; !error && at != end; at.increment(error)) {
        if (!at->path().filename().string().starts_with(prefix)) continue;
        if (auto marker = read_marker(at->path())) markers.push_back(std::move(*marker));
    }
    std::ranges::sort(markers, {}, &Marker::seconds);
    return markers;
}

std::string in_words(std::int64_t seconds) {
    return sdk::to_rfc3339(sdk::from_micros(seconds * 1'000'000)).substr(0, 19) + "Z";
}

/// The process that wrote `starting-<micros>-<pid>` is gone, or had our number in another life.
bool is_dead(const fs::path& file) {
    const auto name = file.filename().string();
    const auto dash = name.rfind('-');
    const long pid = std::atol(name.c_str() + dash + 1);
    return pid <= 0 || pid == static_cast<long>(::getpid()) ||
           (::kill(static_cast<pid_t>(pid), 0) != 0 && errno == ESRCH);
}

}  // namespace

CrashMarkers::CrashMarkers(fs::path directory, const sdk::Clock& clock, Notes notes)
    : directory_(fs::absolute(std::move(directory))),
      clock_(clock),
      notes_(notes),
      token_(std::to_string(sdk::to_micros(clock.now())) + "-" + std::to_string(::getpid())) {
    if (notes_ == Notes::only_read) return;
    std::error_code error;
    fs::create_directories(directory_, error);
    keep_notes_of_the_dead();
}

void CrashMarkers::keep_notes_of_the_dead() const {
    for (const auto& note : markers_in(directory_, "starting-")) {
        if (!is_dead(note.file)) continue;
        const auto token = note.file.filename().string().substr(std::strlen("starting-"));
        const auto marker = directory_ / ("crash-" + token);
        std::error_code error;
        // The crash handler of that process was quicker: one crash is one marker.
        if (fs::exists(marker, error))
            fs::remove(note.file, error);
        else
            fs::rename(note.file, marker, error);
    }
}

void CrashMarkers::install_handler() const {
    const auto path = (directory_ / ("crash-" + token_)).string();
    if (path.size() >= sizeof(marker_path)) return;
    std::memcpy(marker_path, path.c_str(), path.size() + 1);
    struct sigaction action {};
    action.sa_sigaction = &on_fatal_signal;
    ::sigemptyset(&action.sa_mask);
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    for (std::size_t i = 0; i < kFatal.size(); ++i) {
        struct sigaction old {};
        ::sigaction(kFatal[i], &action, &old);
        if (old.sa_sigaction != &on_fatal_signal) before[i] = old;
    }
}

std::optional<std::string> CrashMarkers::reason_against(const std::string& plugin) const {
    auto markers = markers_in(directory_, "crash-");
    std::erase_if(markers, [&](const Marker& marker) { return marker.plugin != plugin; });
    for (std::size_t i = 1; i < markers.size(); ++i) {
        const auto apart = std::chrono::seconds(markers[i].seconds - markers[i - 1].seconds);
        if (apart > kTogether) continue;
        return plugin + " was running when the server crashed at " + in_words(markers[i - 1].seconds) + " and at " +
               in_words(markers[i].seconds) + ". Look at the log of that time, then enable it again or remove " +
               (directory_ / "crash-*").string() + ".";
    }
    return std::nullopt;
}

void CrashMarkers::forget(const std::string& plugin) const {
    std::error_code error;
    for (const auto& marker : markers_in(directory_, "crash-"))
        if (marker.plugin == plugin) fs::remove(marker.file, error);
}

CrashMarkers::Attempt::Attempt(fs::path file, const std::string& text) : file_(std::move(file)) {
    std::ofstream(file_, std::ios::trunc) << text;
}

CrashMarkers::Attempt::~Attempt() {
    if (file_.empty()) return;
    std::error_code error;
    fs::remove(file_, error);
}

CrashMarkers::Attempt CrashMarkers::attempt(const std::string& plugin) const {
    if (notes_ == Notes::only_read) return {};
    return {directory_ / ("starting-" + token_),
            plugin + "\n" + std::to_string(sdk::to_micros(clock_.now()) / 1'000'000) + "\nstarting\n"};
}

}  // namespace whatsflow::plugins
