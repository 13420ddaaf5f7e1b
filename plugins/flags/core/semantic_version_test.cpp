// The order that SemVer 2.0 itself gives as an example, and what is no version.
#include "semantic_version.hpp"

#include <gtest/gtest.h>

namespace whatsflow::flags {
namespace {

TEST(SemanticVersion, ComesBeforeTheNextOne) {
    const char* const order[] = {"0.9.9",         "1.0.0-alpha",
                                 "1.0.0-alpha.1", "1.0.0-alpha.beta",
                                 "1.0.0-beta",    "1.0.0-beta.2",
                                 "1.0.0-beta.11", "1.0.0-rc.1",
                                 "1.0.0",         "1.0.1",
                                 "1.2.0",         "1.10.0",
                                 "2.0.0",         "18446744073709551615.0.0"};
    for (std::size_t i = 1; i < std::size(order); ++i)
        EXPECT_LT(*SemanticVersion::parse(order[i - 1]), *SemanticVersion::parse(order[i])) << order[i];
    EXPECT_EQ(*SemanticVersion::parse("1.0.0+a"), *SemanticVersion::parse("1.0.0+b"));
}

TEST(SemanticVersion, IsNothingWhereItIsNone) {
    for (const char* text : {"", "1", "1.2", "1.2.3.4", "v1.2.3", "01.2.3", "1.2.3-", "1.2.3-a..b", "1.2.3-01",
                             "1.2.3+", "1.2.x", "-1.2.3", "1.2.3 ", "1.2.3-ä", "18446744073709551616.0.0"})
        EXPECT_FALSE(SemanticVersion::parse(text)) << text;
}

}  // namespace
}  // namespace whatsflow::flags
