/// \file
/// What the walk found: one line a check, with a sentence.
///
/// The checks run in a child process, because a plugin may end it. The report therefore
/// says before each step what is about to happen, and the parent names that step when the
/// child does not come back.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::conformance {

struct Finding {
    std::string check;  ///< `entry.fingerprint`
    bool passed = false;
    std::string sentence;
};

class Report {
public:
    using Listener = std::function<void(const Finding&)>;
    using Announcer = std::function<void(std::string_view step)>;

    Report() = default;
    Report(Listener listener, Announcer announcer) : listener_(std::move(listener)), announcer_(std::move(announcer)) {}

    /// Says what is about to happen.
    void begin(std::string_view step);
    void passed(std::string check, std::string sentence) { add({std::move(check), true, std::move(sentence)}); }
    void failed(std::string check, std::string sentence) { add({std::move(check), false, std::move(sentence)}); }
    /// One line either way. Returns `good`.
    bool expect(bool good, std::string check, std::string when_good, std::string when_bad);

    const std::vector<Finding>& findings() const { return findings_; }
    std::size_t failures() const;

private:
    void add(Finding finding);

    std::vector<Finding> findings_;
    Listener listener_;
    Announcer announcer_;
};

}  // namespace whatsflow::conformance
