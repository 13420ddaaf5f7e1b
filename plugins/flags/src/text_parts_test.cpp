// Pieces that a column holds, each of whole characters.
#include "text_parts.hpp"

#include <gtest/gtest.h>

namespace whatsflow::flags {
namespace {

TEST(TextParts, EndBetweenCharactersAndAreTheTextTogether) {
    for (int before = 0; before < 4; ++before) {
        std::string text(static_cast<std::size_t>(before), 'a');
        while (text.size() < 150'000) text += "é€";
        std::string together;
        for (const auto& part : parts_of(text)) {
            EXPECT_LE(part.size(), 60'000U);
            EXPECT_NE(static_cast<unsigned char>(part.front()) & 0xc0, 0x80) << "half a character";
            together += part;
        }
        EXPECT_EQ(together, text);
    }
    EXPECT_TRUE(parts_of("").empty());
}

}  // namespace
}  // namespace whatsflow::flags
