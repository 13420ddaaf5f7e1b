/// \file
/// The catalogue in the database: published versions are added, never edited.
#pragma once

#include "src/back_office.hpp"

#include <whatsflow/sdk/database.hpp>

#include <memory>
#include <mutex>

namespace whatsflow::billing::store {

std::string kind_of(const CatalogueEntry& entry);
/// The code of an entry; of a tax rate its country, of dunning policies `default`.
std::string code_of(const CatalogueEntry& entry);
sdk::Result<CatalogueEntry> entry_from(const std::string& kind, const std::string& body);

sdk::Result<CatalogueVersion> publish(sdk::Transaction& tx, const sdk::CallContext& context,
                                      const CatalogueEntry& entry, const std::string& author, sdk::Instant now);
sdk::Result<std::vector<CatalogueVersion>> history(sdk::SqlExecutor& where, const sdk::CallContext& context,
                                                   const std::string& kind, const std::string& code);
sdk::Result<std::shared_ptr<const Catalogue>> read_catalogue(sdk::SqlExecutor& where, const sdk::CallContext& context);
sdk::Result<std::int64_t> revision(sdk::SqlExecutor& where, const sdk::CallContext& context);
/// Publishes what a new installation sells, if nothing was ever published.
sdk::Result<void> seed(sdk::Database& database, const sdk::CallContext& context, sdk::Instant now);

/// The catalogue in memory; asks the database at most every two seconds whether it moved.
class LiveCatalogue {
public:
    LiveCatalogue(sdk::Database& database, const sdk::Clock& clock) : database_(database), clock_(clock) {}
    sdk::Result<std::shared_ptr<const Catalogue>> get(const sdk::CallContext& context);
    void forget();

private:
    sdk::Database& database_;
    const sdk::Clock& clock_;
    std::mutex mutex_;
    std::shared_ptr<const Catalogue> kept_;
    std::int64_t revision_ = -1;
    std::chrono::steady_clock::time_point asked_{};
};

}  // namespace whatsflow::billing::store
