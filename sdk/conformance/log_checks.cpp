#include "walk.hpp"

namespace whatsflow::conformance {
namespace {

/// The check digit of payment cards.
bool passes_luhn(std::string_view digits) {
    int sum = 0;
    bool twice = false;
    for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit, twice = !twice) {
        const int value = *digit - '0';
        sum += !twice ? value : value > 4 ? value * 2 - 9 : value * 2;
    }
    return sum % 10 == 0;
}

}  // namespace

bool has_card_number(std::string_view text) {
    std::string digits;
    for (std::size_t i = 0; i <= text.size(); ++i) {
        const char c = i < text.size() ? text[i] : 'x';
        if (c >= '0' && c <= '9') {
            digits.push_back(c);
        } else if ((c == ' ' || c == '-') && !digits.empty()) {
            continue;  // cards are written in groups
        } else {
            // Any run of card length inside counts.
            for (std::size_t length = 15; length <= 16; ++length)
                for (std::size_t from = 0; from + length <= digits.size() && digits.size() <= 19; ++from)
                    if (digits[from] >= '3' && digits[from] <= '6' &&
                        passes_luhn(std::string_view(digits).substr(from, length)))
                        return true;
            digits.clear();
        }
    }
    return false;
}

void check_log(StartedPlugin& plugin, Report& report) {
    report.begin("reading the log");
    std::string leaked;
    bool card = false;
    for (const auto& line : plugin.host().logged().lines()) {
        auto texts = std::vector<std::string>{line.message};
        for (const auto& [name, value] : line.fields) texts.push_back(value);
        for (const auto& text : texts) {
            for (const auto& secret : plugin.secrets())
                if (text.find(secret) != std::string::npos) leaked = line.message.substr(0, 40);
            card = card || has_card_number(text);
        }
    }
    report.expect(leaked.empty(), "log.secrets", "No secret setting appears in the log.",
                  "A secret setting appears in the log line that starts '" + leaked + "'.");
    report.expect(!card, "log.cards", "Nothing that looks like a card number appears in the log.",
                  "Something that looks like a card number appears in the log.");
}

}  // namespace whatsflow::conformance
