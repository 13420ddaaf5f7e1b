#include "report.hpp"

#include <algorithm>

namespace whatsflow::conformance {

void Report::begin(std::string_view step) {
    if (announcer_) announcer_(step);
}

bool Report::expect(bool good, std::string check, std::string when_good, std::string when_bad) {
    add({std::move(check), good, good ? std::move(when_good) : std::move(when_bad)});
    return good;
}

std::size_t Report::failures() const {
    return static_cast<std::size_t>(std::ranges::count(findings_, false, &Finding::passed));
}

void Report::add(Finding finding) {
    findings_.push_back(std::move(finding));
    if (listener_) listener_(findings_.back());
}

}  // namespace whatsflow::conformance
