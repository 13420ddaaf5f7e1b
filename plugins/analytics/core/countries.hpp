/// \file
/// Which country an address is in, by a database in MaxMind's format that the operator names: GeoLite2
/// Country, DB-IP Lite and others alike. The address itself is not kept.
///
///     auto countries = Countries::open("/var/lib/GeoIP/GeoLite2-Country.mmdb");
///     (*countries)->of("203.0.113.9");   // `LK`, or empty where nothing is known
#pragma once

#include <whatsflow/sdk/result.hpp>

#include <memory>
#include <string>

struct MMDB_s;

namespace whatsflow::analytics {

/// [thread-safe] The file is mapped, not read into memory.
class Countries {
public:
    /// Error `analytics.bad_country_database`.
    static sdk::Result<std::shared_ptr<const Countries>> open(const std::string& file);

    /// ISO 3166-1 alpha-2.
    std::string of(const std::string& address) const;

    explicit Countries(std::unique_ptr<MMDB_s> database);
    ~Countries();
    Countries(const Countries&) = delete;
    Countries& operator=(const Countries&) = delete;

private:
    std::unique_ptr<MMDB_s> database_;
};

}  // namespace whatsflow::analytics
