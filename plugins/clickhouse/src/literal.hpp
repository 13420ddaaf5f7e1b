/// \file
/// Values as they may stand in SQL for ClickHouse: versions before 19.14 know no parameters.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::clickhouse {

/// `'it\'s'`: whatever the bytes are, the literal ends where it should.
std::string literal(std::string_view text);
/// `('a', 'b')`, `(1, 2)`. Never empty: an empty list is nobody's question.
std::string list_of(const std::vector<std::string>& texts);
std::string list_of(const std::vector<std::int64_t>& numbers);
/// Bytes as hexadecimal digits, and back.
std::string hex(std::string_view bytes);
std::string bytes_of_hex(std::string_view digits);

}  // namespace whatsflow::clickhouse
