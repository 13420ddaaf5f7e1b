/// \file
/// SemVer 2.0: which version came first.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::flags {

/// `1.2.3-rc.1+build`; the build is not compared.
class SemanticVersion {
public:
    /// Nothing for what is no version: `v1.2.3`, `1.2`, `01.2.3`.
    static std::optional<SemanticVersion> parse(std::string_view text);

    std::strong_ordering operator<=>(const SemanticVersion& other) const;
    bool operator==(const SemanticVersion& other) const { return (*this <=> other) == 0; }

private:
    std::uint64_t numbers_[3] = {};
    std::vector<std::string> before_release_;  ///< identifiers of a pre-release; empty: released
};

}  // namespace whatsflow::flags
