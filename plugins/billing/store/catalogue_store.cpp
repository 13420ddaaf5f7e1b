#include "catalogue_store.hpp"

#include "entities.hpp"

#include <array>

namespace whatsflow::billing::store {
namespace {

constexpr std::array<const char*, 6> kKinds{"plan", "add_on", "meter", "coupon", "tax_rate", "dunning"};

sdk::CallContext platform(sdk::CallContext context) {
    context.tenant = {};
    return context;
}

template <class T>
sdk::Result<CatalogueEntry> as_entry(const std::string& body) {
    auto value = read<T>(body);
    if (!value) return value.error();
    return CatalogueEntry{*std::move(value)};
}

struct Sorting {
    Catalogue& into;
    void operator()(Plan v) { into.plans.push_back(std::move(v)); }
    void operator()(AddOn v) { into.add_ons.push_back(std::move(v)); }
    void operator()(Meter v) { into.meters.push_back(std::move(v)); }
    void operator()(Coupon v) { into.coupons.push_back(std::move(v)); }
    void operator()(TaxRate v) { into.tax_rates.push_back(std::move(v)); }
    void operator()(DunningPolicy v) { into.dunning.push_back(std::move(v)); }
};

}  // namespace

std::string kind_of(const CatalogueEntry& entry) {
    return kKinds[entry.index()];
}

std::string code_of(const CatalogueEntry& entry) {
    return std::visit(
        [](const auto& v) -> std::string {
            using T = std::decay_t<decltype(v)>;
            if constexpr (std::is_same_v<T, TaxRate>)
                return v.country + ":" + v.name + ":" + v.from.text();
            else if constexpr (std::is_same_v<T, DunningPolicy>)
                return "version-" + std::to_string(v.version);
            else
                return v.code;
        },
        entry);
}

sdk::Result<CatalogueEntry> entry_from(const std::string& kind, const std::string& body) {
    if (kind == "plan") return as_entry<Plan>(body);
    if (kind == "add_on") return as_entry<AddOn>(body);
    if (kind == "meter") return as_entry<Meter>(body);
    if (kind == "coupon") return as_entry<Coupon>(body);
    if (kind == "tax_rate") return as_entry<TaxRate>(body);
    if (kind == "dunning") return as_entry<DunningPolicy>(body);
    return sdk::fail("billing.unreadable", "The catalogue has no kind '" + kind + "'.");
}

sdk::Result<CatalogueVersion> publish(sdk::Transaction& tx, const sdk::CallContext& context,
                                      const CatalogueEntry& entry, const std::string& author, sdk::Instant now) {
    const auto calm = platform(context);
    // The revision's row is the lock of all publications.
    const auto moved = tx.execute(calm, "UPDATE billing_catalogue_revision SET revision = revision + 1 WHERE id = 1");
    if (!moved) return moved.error();
    if (*moved == 0)
        if (auto made = tx.execute(calm, "INSERT INTO billing_catalogue_revision (id, revision) VALUES (1, 1)"); !made)
            return made.error();
    CatalogueVersion published{kind_of(entry), code_of(entry), 1, now, author, entry};
    const auto newest = tx.query_one(
        calm,
        "SELECT version, position FROM billing_catalogue WHERE kind = ? AND code = ? ORDER BY version DESC LIMIT 1",
        {published.kind, published.code});
    if (!newest) return newest.error();
    std::int64_t position = 0;
    if (*newest) {
        published.version = (*newest)->integer("version") + 1;
        position = (*newest)->integer("position");
    } else {
        const auto count =
            tx.query_one(calm, "SELECT COUNT(*) AS n FROM billing_catalogue WHERE kind = ?", {published.kind});
        if (!count) return count.error();
        position = (*count)->integer("n");
    }
    const auto body = std::visit([](const auto& v) { return write(v).dump(); }, entry);
    if (auto done = tx.execute(calm,
                               "INSERT INTO billing_catalogue (kind, code, version, position, body, made_at, made_by) "
                               "VALUES (?, ?, ?, ?, ?, ?, ?)",
                               {published.kind, published.code, published.version, position, body, now, author});
        !done)
        return done.error();
    if (std::holds_alternative<Coupon>(entry) && published.version == 1)
        if (auto done = tx.execute(calm, "INSERT INTO billing_coupon_counts (coupon, redeemed) VALUES (?, 0)",
                                   {published.code});
            !done)
            return done.error();
    return published;
}

sdk::Result<std::vector<CatalogueVersion>> history(sdk::SqlExecutor& where, const sdk::CallContext& context,
                                                   const std::string& kind, const std::string& code) {
    const auto rows = code.empty()
                          ? where.query(platform(context),
                                        "SELECT c.* FROM billing_catalogue c JOIN (SELECT kind, code, MAX(version) AS "
                                        "newest FROM billing_catalogue GROUP BY kind, code) m ON m.kind = c.kind AND "
                                        "m.code = c.code AND m.newest = c.version WHERE c.kind = ? ORDER BY "
                                        "c.position, c.code",
                                        {kind})
                          : where.query(platform(context),
                                        "SELECT * FROM billing_catalogue WHERE kind = ? AND code = ? ORDER BY version "
                                        "DESC LIMIT 500",
                                        {kind, code});
    if (!rows) return rows.error();
    std::vector<CatalogueVersion> found;
    for (const auto& row : *rows) {
        auto entry = entry_from(row.text("kind"), row.text("body"));
        if (!entry) return entry.error();
        found.push_back({row.text("kind"), row.text("code"), row.integer("version"), row.instant("made_at"),
                         row.text("made_by"), *std::move(entry)});
    }
    return found;
}

sdk::Result<std::shared_ptr<const Catalogue>> read_catalogue(sdk::SqlExecutor& where, const sdk::CallContext& context) {
    auto catalogue = std::make_shared<Catalogue>();
    for (const auto* kind : kKinds) {
        auto entries = history(where, context, kind, {});
        if (!entries) return entries.error();
        for (auto& each : *entries) std::visit(Sorting{*catalogue}, std::move(each.entry));
    }
    const auto versions = where.query(platform(context),
                                      "SELECT kind, code, version, body FROM billing_catalogue WHERE kind IN ('plan', "
                                      "'add_on') ORDER BY kind, code, version");
    if (!versions) return versions.error();
    for (const auto& row : *versions) {
        auto entry = entry_from(row.text("kind"), row.text("body"));
        if (!entry) return entry.error();
        if (auto* plan = std::get_if<Plan>(&*entry))
            catalogue->published[row.text("code")].push_back({row.integer("version"), std::move(*plan)});
        else
            catalogue->published_add_ons[row.text("code")].push_back(
                {row.integer("version"), std::get<AddOn>(*std::move(entry))});
    }
    return std::shared_ptr<const Catalogue>(std::move(catalogue));
}

sdk::Result<std::int64_t> revision(sdk::SqlExecutor& where, const sdk::CallContext& context) {
    const auto row = where.query_one(platform(context), "SELECT revision FROM billing_catalogue_revision WHERE id = 1");
    if (!row) return row.error();
    return *row ? (*row)->integer("revision") : 0;
}

sdk::Result<std::shared_ptr<const Catalogue>> LiveCatalogue::get(const sdk::CallContext& context) {
    const std::lock_guard lock(mutex_);
    const auto now = std::chrono::steady_clock::now();
    if (kept_ && now - asked_ < std::chrono::seconds{2}) return kept_;
    const auto current = revision(database_, context);
    if (!current) return kept_ ? sdk::Result<std::shared_ptr<const Catalogue>>(kept_) : current.error();
    asked_ = now;
    if (kept_ && *current == revision_) return kept_;
    auto read = read_catalogue(database_, context);
    if (!read) return read;
    kept_ = *read;
    revision_ = *current;
    return kept_;
}

void LiveCatalogue::forget() {
    const std::lock_guard lock(mutex_);
    asked_ = {};
    revision_ = -1;
}

}  // namespace whatsflow::billing::store
