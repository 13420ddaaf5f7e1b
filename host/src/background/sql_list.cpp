#include "background/sql_list.hpp"

namespace whatsflow::background {

std::string in_list(std::vector<std::string>& values) {
    std::size_t size = 1;
    while (size < values.size()) size *= 4;
    values.resize(size, values.back());
    std::string list = "(?";
    for (std::size_t i = 1; i < size; ++i) list += ",?";
    return list + ")";
}

void append(sdk::DbValues& to, const std::vector<std::string>& values) {
    for (const auto& value : values) to.emplace_back(value);
}

std::string shortened(std::string text, std::size_t most) {
    if (text.size() <= most) return text;
    while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0) == 0x80) --most;
    text.resize(most);
    return text + "…";
}

}  // namespace whatsflow::background
