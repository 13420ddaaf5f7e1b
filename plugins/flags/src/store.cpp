#include "store_change.hpp"

#include "core/bucket.hpp"

namespace whatsflow::flags {

using nlohmann::json;

sdk::Result<std::vector<Store::Kept>> Store::read(sdk::SqlExecutor& where, const sdk::CallContext& context,
                                                  const std::string& environment, const std::string& project) {
    constexpr std::int64_t kPage = 2'000;
    std::vector<Kept> all;
    std::int64_t place = 0;
    std::int64_t part = -1;
    while (true) {
        const auto rows = where.query(
            context,
            "SELECT i.id, i.kind, i.name, i.place, p.part, p.body FROM flags_items i JOIN flags_item_parts p ON "
            "p.item_id = i.id WHERE i.environment = ? AND i.project = ? AND (i.place > ? OR (i.place = ? AND p.part > "
            "?)) ORDER BY i.place, p.part LIMIT 2000",
            {environment, project, place, place, part});
        if (!rows) return rows.error();
        for (const auto& row : *rows) {
            place = row.integer("place");
            part = row.integer("part");
            if (all.empty() || all.back().place != place)
                all.push_back({row.text("id"), row.text("kind"), row.text("name"), place, {}});
            all.back().body += row.text("body");
        }
        if (static_cast<std::int64_t>(rows->size()) < kPage) return all;
    }
}

sdk::Result<json> Store::load(const sdk::CallContext& context, const std::string& environment,
                              const std::string& project) const {
    const auto kept = read(host_.database(), context, environment, project);
    if (!kept) return kept.error();
    json document{{"version", 2}, {"features", json::array()}, {"segments", json::array()}};
    for (const auto& each : *kept) {
        auto object = json::parse(each.body, nullptr, false);
        if (object.is_discarded())
            return sdk::fail("flags.damaged", "The stored definition of '" + each.name + "' is no JSON.");
        document[each.kind == "feature" ? "features" : "segments"].push_back(std::move(object));
    }
    return document;
}

sdk::Result<Texts> Store::texts(const sdk::CallContext& context, const std::string& environment,
                                const std::string& project) const {
    auto kept = read(host_.database(), context, environment, project);
    if (!kept) return kept.error();
    Texts texts;
    for (auto& each : *kept) (each.kind == "feature" ? texts.features : texts.segments).push_back(std::move(each.body));
    return texts;
}

sdk::Result<std::optional<std::vector<ChangedItem>>> Store::changed_since(const sdk::CallContext& context,
                                                                          const std::string& environment,
                                                                          std::int64_t revision) const {
    constexpr std::size_t kFew = 200;
    const auto named = host_.database().query(
        context,
        "SELECT DISTINCT project, kind, name FROM flags_history WHERE environment = ? AND revision > ? LIMIT ?",
        {environment, revision, std::int64_t{kFew + 1}});
    if (!named) return named.error();
    if (named->size() > kFew) return std::optional<std::vector<ChangedItem>>{};
    std::vector<ChangedItem> items;
    for (const auto& name : *named) {
        ChangedItem item{name.text("project"), name.text("kind"), name.text("name"), 0, {}};
        const auto parts = host_.database().query(
            context,
            "SELECT i.place, p.body FROM flags_items i JOIN flags_item_parts p ON p.item_id = i.id WHERE "
            "i.environment = ? AND i.project = ? AND i.kind = ? AND i.name = ? ORDER BY p.part",
            {environment, item.project, item.kind, item.name});
        if (!parts) return parts.error();
        for (const auto& part : *parts) {
            item.place = part.integer("place");
            item.text += part.text("body");
        }
        items.push_back(std::move(item));
    }
    std::ranges::sort(items, {}, &ChangedItem::place);
    return std::optional{std::move(items)};
}

sdk::Result<ImportCounts> Store::import(const sdk::CallContext& context, const sdk::Actor& actor,
                                        const std::string& environment, const json& document, ImportMode mode) {
    ImportCounts counts;
    const auto done = host_.database().transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        Change change(host_, tx, context, actor, environment, kDefaultProject);
        if (auto applied = change.import(document, mode); !applied) return applied;
        counts = change.counts();
        sdk::AuditEntry entry{.action = kImported, .subject = {"flags", environment, environment}};
        entry.after = {{"added", counts.added}, {"changed", counts.changed}, {"removed", counts.removed}};
        return host_.audit().append(tx, context, actor, entry);
    });
    if (!done) return done.error();
    return counts;
}

sdk::Result<void> Store::apply(const sdk::CallContext& context, const sdk::Actor& actor, const std::vector<Edit>& edits,
                               const std::string& action, const std::string& reason) {
    return host_.database().transaction(
        context, [&](sdk::Transaction& tx) { return apply_in(tx, context, actor, edits, action, reason); });
}

sdk::Result<void> Store::try_out(const sdk::CallContext& context, const sdk::Actor& actor,
                                 const std::vector<Edit>& edits, const std::string& action) {
    constexpr const char* kTaken = "flags.taken_back";
    const auto done = host_.database().transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        if (auto applied = apply_in(tx, context, actor, edits, action); !applied) return applied;
        return sdk::fail(kTaken, "It was tried only.");
    });
    return !done && done.error().code == kTaken ? sdk::ok() : done;
}

sdk::Result<void> Store::apply_in(sdk::Transaction& tx, const sdk::CallContext& context, const sdk::Actor& actor,
                                  const std::vector<Edit>& edits, const std::string& action,
                                  const std::string& reason) {
    std::optional<Change> change;
    const auto fits = [&] { return change && action != kImported ? change->check_dependencies() : sdk::ok(); };
    for (const auto& edit : edits) {
        if (!change || !change->is_about(edit)) {
            if (auto sound = fits(); !sound) return sound;
            change.emplace(host_, tx, context, actor, edit.environment, edit.project);
        }
        if (auto done = change->edit(edit); !done) return done;
        sdk::AuditEntry entry{.action = action,
                              .subject = {edit.kind == "feature" ? "flag" : edit.kind, edit.name, edit.name}};
        entry.after = {{"environment", edit.environment}};
        entry.after.update(edit.told);
        entry.reason = reason;
        if (auto kept = host_.audit().append(tx, context, actor, entry); !kept) return kept;
    }
    return fits();
}

sdk::Result<std::vector<PastChange>> Store::history(const sdk::CallContext& context, const std::string& environment,
                                                    const std::string& project, const std::string& name) const {
    constexpr std::int64_t kShown = 50;
    const auto rows = host_.database().query(
        context,
        "SELECT id, revision, actor_label, changed_at FROM flags_history WHERE environment = ? AND project = ? AND "
        "kind = 'feature' AND name = ? ORDER BY changed_at DESC, revision DESC LIMIT ?",
        {environment, project, name, kShown});
    if (!rows) return rows.error();
    std::vector<PastChange> all;
    for (const auto& row : *rows) {
        PastChange change{
            row.text("id"), row.integer("revision"), row.text("actor_label"), row.integer("changed_at"), nullptr,
            nullptr};
        const auto parts = host_.database().query(
            context, "SELECT side, body FROM flags_history_parts WHERE history_id = ? ORDER BY side, part",
            {change.id});
        if (!parts) return parts.error();
        std::string before, after;
        for (const auto& part : *parts) (part.text("side") == "before" ? before : after) += part.text("body");
        if (!before.empty()) change.before = json::parse(before, nullptr, false);
        if (!after.empty()) change.after = json::parse(after, nullptr, false);
        all.push_back(std::move(change));
    }
    return all;
}

std::string mark_of(std::string_view body) {
    return digest_of(body);
}

sdk::Result<std::map<std::string, std::int64_t>> Store::revisions(const sdk::CallContext& context) const {
    const auto rows = host_.database().query(context, "SELECT environment, revision FROM flags_revisions");
    if (!rows) return rows.error();
    std::map<std::string, std::int64_t> all;
    for (const auto& row : *rows) all.emplace(row.text("environment"), row.integer("revision"));
    return all;
}

}  // namespace whatsflow::flags
