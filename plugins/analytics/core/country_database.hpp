/// \file
/// For tests: a database of countries with one network, in the format that readers expect.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

namespace whatsflow::analytics::testing {

/// Writes `file`; addresses of the network, a /24, are in the country with this code.
inline void write_country_database(const std::filesystem::path& file, const std::string& code,
                                   unsigned network = 203u << 24 | 113u << 8) {
    constexpr unsigned kBits = 24;  // as many nodes, one under the other
    std::string bytes;
    const auto number = [&](unsigned value, unsigned size) {
        for (unsigned i = size; i-- > 0;) bytes += static_cast<char>(value >> (8 * i) & 0xff);
    };
    const auto text = [&](const std::string& value) {
        bytes += static_cast<char>(0x40 | value.size());
        bytes += value;
    };
    for (unsigned depth = 0; depth < kBits; ++depth) {
        // Off the way nothing is known; at its end lies the first entry of the data.
        const unsigned next = depth + 1 == kBits ? kBits + 16 : depth + 1;
        const bool right = network >> (31 - depth) & 1;
        number(right ? kBits : next, 3);
        number(right ? next : kBits, 3);
    }
    bytes.append(16, '\0');
    bytes += '\xe1', text("country"), bytes += '\xe1', text("iso_code"), text(code);
    bytes += "\xab\xcd\xefMaxMind.com";
    bytes += '\xe9';
    text("node_count"), bytes += '\xc4', number(kBits, 4);
    text("record_size"), bytes += '\xa2', number(24, 2);
    text("ip_version"), bytes += '\xa2', number(4, 2);
    text("database_type"), text("Test-Country");
    text("languages"), bytes += '\x01', bytes += '\x04', text("en");
    text("binary_format_major_version"), bytes += '\xa2', number(2, 2);
    text("binary_format_minor_version"), bytes += '\xa2', number(0, 2);
    text("build_epoch"), bytes += '\x08', bytes += '\x02', number(0, 4), number(1, 4);
    text("description"), bytes += '\xe1', text("en"), text("test");
    std::ofstream(file, std::ios::binary) << bytes;
}

}  // namespace whatsflow::analytics::testing
