#include "countries.hpp"

#include <maxminddb.h>

#include <arpa/inet.h>

namespace whatsflow::analytics {
namespace {

struct SocketAddress {
    sockaddr_storage bytes{};
    bool is_good = false;
};

SocketAddress read_ip(const std::string& address) {
    SocketAddress read;
    auto* const v4 = reinterpret_cast<sockaddr_in*>(&read.bytes);
    auto* const v6 = reinterpret_cast<sockaddr_in6*>(&read.bytes);
    if (inet_pton(AF_INET, address.c_str(), &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        read.is_good = true;
    } else if (inet_pton(AF_INET6, address.c_str(), &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        read.is_good = true;
    }
    return read;
}

bool is_code(std::string_view text) {
    return text.size() == 2 && text[0] >= 'A' && text[0] <= 'Z' && text[1] >= 'A' && text[1] <= 'Z';
}

}  // namespace

Countries::Countries(std::unique_ptr<MMDB_s> database) : database_(std::move(database)) {}

Countries::~Countries() {
    MMDB_close(database_.get());
}

sdk::Result<std::shared_ptr<const Countries>> Countries::open(const std::string& file) {
    auto database = std::make_unique<MMDB_s>();
    if (const int code = MMDB_open(file.c_str(), MMDB_MODE_MMAP, database.get()); code != MMDB_SUCCESS)
        return sdk::fail("analytics.bad_country_database",
                         "The database of countries '" + file + "' cannot be used: " + MMDB_strerror(code));
    return std::shared_ptr<const Countries>(std::make_shared<Countries>(std::move(database)));
}

std::string Countries::of(const std::string& address) const {
    const auto ip = read_ip(address);
    if (!ip.is_good) return {};
    int trouble = MMDB_SUCCESS;
    auto found = MMDB_lookup_sockaddr(database_.get(), reinterpret_cast<const sockaddr*>(&ip.bytes), &trouble);
    if (trouble != MMDB_SUCCESS || !found.found_entry) return {};
    MMDB_entry_data_s data{};
    if (MMDB_get_value(&found.entry, &data, "country", "iso_code", nullptr) != MMDB_SUCCESS || !data.has_data ||
        data.type != MMDB_DATA_TYPE_UTF8_STRING)
        return {};
    const std::string_view code(data.utf8_string, data.data_size);
    return is_code(code) ? std::string(code) : std::string();
}

}  // namespace whatsflow::analytics
