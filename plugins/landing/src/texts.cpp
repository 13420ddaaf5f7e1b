#include "texts.hpp"

namespace whatsflow::landing {

std::string fill(std::string text, const std::map<std::string, std::string>& values) {
    for (const auto& [name, value] : values) {
        const auto placeholder = "{" + name + "}";
        for (auto at = text.find(placeholder); at != std::string::npos; at = text.find(placeholder, at + value.size()))
            text.replace(at, placeholder.size(), value);
    }
    return text;
}

std::string grouped(std::int64_t number) {
    auto digits = std::to_string(number);
    const std::size_t first = number < 0 ? 1 : 0;
    for (auto at = digits.size(); at > first + 3;) digits.insert(at -= 3, ",");
    return digits;
}

}  // namespace whatsflow::landing
