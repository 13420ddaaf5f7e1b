#include "metrics/process_metrics.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

namespace whatsflow::metrics {
namespace {

std::string read_file(const char* path) {
    std::ifstream stream{path};
    return {std::istreambuf_iterator<char>{stream}, {}};
}

double boot_time() {
    std::istringstream lines{read_file("/proc/stat")};
    for (std::string word; lines >> word;) {
        if (double seconds = 0; word == "btime" && lines >> seconds) return seconds;
    }
    return 0;
}

double count_open_files() {
    std::error_code problem;
    std::filesystem::directory_iterator entries{"/proc/self/fd", problem};
    if (problem) return 0;
    const auto count = std::distance(begin(entries), end(entries));
    return static_cast<double>(count > 0 ? count - 1 : 0);  // without the one that reads the folder
}

}  // namespace

ProcessReading read_process() {
    ProcessReading reading;
    reading.open_files = count_open_files();

    // The program's name is in brackets and may hold anything: count fields after the last one.
    const auto stat = read_file("/proc/self/stat");
    const auto name_end = stat.rfind(')');
    if (name_end == std::string::npos) return reading;
    std::istringstream fields{stat.substr(name_end + 1)};
    std::vector<std::string> words{std::istream_iterator<std::string>{fields}, {}};
    constexpr std::size_t user_ticks = 11;
    constexpr std::size_t system_ticks = 12;
    constexpr std::size_t threads = 17;
    constexpr std::size_t start_ticks = 19;
    constexpr std::size_t resident_pages = 21;
    if (words.size() <= resident_pages) return reading;
    const auto number = [&](std::size_t at) { return std::strtod(words[at].c_str(), nullptr); };
    const auto ticks_a_second = static_cast<double>(::sysconf(_SC_CLK_TCK));
    reading.threads = number(threads);
    reading.cpu_seconds = (number(user_ticks) + number(system_ticks)) / ticks_a_second;
    reading.resident_bytes = number(resident_pages) * static_cast<double>(::sysconf(_SC_PAGESIZE));
    reading.started_at = boot_time() + number(start_ticks) / ticks_a_second;
    return reading;
}

std::vector<sdk::Registration> measure_process(Registry& registry) {
    std::vector<sdk::Registration> registrations;
    const auto measure = [&](const char* name, const char* help, double ProcessReading::*field) {
        registrations.push_back(registry.observed_gauge(name, help, {}, [field] { return read_process().*field; }));
    };
    measure("process_resident_memory_bytes", "Memory of the process that is in RAM.", &ProcessReading::resident_bytes);
    measure("process_open_fds", "Open files and sockets.", &ProcessReading::open_files);
    measure("process_threads", "Threads of the process.", &ProcessReading::threads);
    measure("process_cpu_seconds", "Processor time used since the start.", &ProcessReading::cpu_seconds);
    measure("process_start_time_seconds", "When the process started, since 1970.", &ProcessReading::started_at);
    return registrations;
}

}  // namespace whatsflow::metrics
