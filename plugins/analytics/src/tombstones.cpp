#include "tombstones.hpp"

#include "rows.hpp"

namespace whatsflow::analytics {

sdk::Result<void> Tombstones::prepare(const sdk::CallContext& context) {
    const auto keys = keys_.current(context);
    return keys ? sdk::ok() : sdk::Result<void>(keys.error());
}

sdk::Result<std::string> Tombstones::digest_of(const sdk::CallContext& context, const std::string& person) {
    const auto keys = keys_.current(context);
    if (!keys) return keys.error();
    return keyed_digest(keys->lasting, "forgotten\x1f" + person);
}

sdk::Result<void> Tombstones::bury(const sdk::CallContext& context, const std::string& person) {
    const auto digest = digest_of(context, person);
    if (!digest) return digest.error();
    const auto done = host_.database().execute(
        context,
        "INSERT INTO analytics_tombstones (digest, erased_at) VALUES (?, ?)" +
            on_conflict(host_.database().dialect(), "analytics_tombstones", {"digest"}, {}, {"erased_at"}),
        {sdk::Blob{*digest}, host_.clock().now()});
    return done ? sdk::ok() : sdk::Result<void>(done.error());
}

sdk::Result<bool> Tombstones::free(const sdk::CallContext& context, const std::string& person) {
    const auto digest = digest_of(context, person);
    if (!digest) return digest.error();
    const auto gone =
        host_.database().execute(context, "DELETE FROM analytics_tombstones WHERE digest = ?", {sdk::Blob{*digest}});
    if (!gone) return gone.error();
    return *gone > 0;
}

sdk::Result<std::set<std::string>> Tombstones::among(sdk::SqlExecutor& where, const sdk::CallContext& context,
                                                     const std::set<std::string>& people) {
    std::set<std::string> forgotten;
    if (people.empty()) return forgotten;
    // Mostly nobody is.
    const auto any = where.query_one(context, "SELECT 1 AS n FROM analytics_tombstones LIMIT 1");
    if (!any) return any.error();
    if (!*any) return forgotten;
    std::map<std::string, std::string> person_of;
    std::vector<sdk::DbValue> digests;
    for (const auto& person : people) {
        const auto digest = digest_of(context, person);
        if (!digest) return digest.error();
        person_of[*digest] = person;
        digests.emplace_back(sdk::Blob{*digest});
    }
    const auto done =
        query_in_pieces(where, context, "SELECT digest FROM analytics_tombstones WHERE digest IN", {}, digests,
                        [&](const sdk::Row& row) { forgotten.insert(person_of[row.bytes("digest")]); });
    if (!done) return done.error();
    return forgotten;
}

}  // namespace whatsflow::analytics
