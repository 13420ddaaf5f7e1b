/// \file
/// What people do before and after a step, within one visit.
///
///     Paths paths("/pricing", 3);
///     for (events of a visit in the order of time) paths.add(visit, label);
///     paths.before();   // {{"/", 120}, {"(start)", 40}, …}
///     paths.ways();     // {{{"/pricing", "/signup", "signed_up"}, 12}, …}
///
/// The same label twice in a row is one step. A visit counts once, from the first time it comes to the step.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace whatsflow::analytics {

class Paths {
public:
    static constexpr const char* kStart = "(start)";
    static constexpr const char* kEnd = "(end)";

    Paths(std::string step, std::size_t depth) : step_(std::move(step)), depth_(depth) {}

    /// Of one visit in the order of time; visits may come mixed.
    void add(std::int64_t visit, const std::string& label);

    std::int64_t visits() const;
    using Counted = std::vector<std::pair<std::string, std::int64_t>>;
    /// What came right before and right after, the most frequent first.
    Counted before() const;
    Counted after() const;
    /// The step and up to `depth` labels behind it.
    std::vector<std::pair<std::vector<std::string>, std::int64_t>> ways() const;

private:
    struct Visit {
        std::string last;
        std::string before;
        std::vector<std::string> way;  ///< begins with the step when the visit has come to it
    };
    const std::string step_;
    const std::size_t depth_;
    std::map<std::int64_t, Visit> visits_;
};

}  // namespace whatsflow::analytics
