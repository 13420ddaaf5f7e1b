#include "store.hpp"

#include <whatsflow/sdk/id.hpp>

#include <set>

namespace whatsflow::flags {

using nlohmann::json;

struct Store::Kept {
    std::string id;
    std::string kind;
    std::string name;
    std::int64_t place = 0;
    std::string body;
};

namespace {

constexpr std::size_t kPartSize = 60'000;  // a TEXT of MariaDB holds 65,535 bytes

/// Pieces that end between characters.
std::vector<std::string> parts_of(std::string_view text) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        auto size = std::min(text.size(), kPartSize);
        while (size < text.size() && (text[size] & 0xc0) == 0x80) --size;
        parts.emplace_back(text.substr(0, size));
        text.remove_prefix(size);
    }
    return parts;
}

}  // namespace

/// One import in its transaction.
class Store::Change {
public:
    Change(sdk::Host& host, sdk::Transaction& tx, const sdk::CallContext& context, const sdk::Actor& actor,
           std::string environment)
        : host_(host), tx_(tx), context_(context), actor_(actor), environment_(std::move(environment)) {}

    sdk::Result<void> apply(const json& document, ImportMode mode) {
        auto kept = read(tx_, context_, environment_, kDefaultProject);
        if (!kept) return kept.error();
        for (auto& each : *kept) {
            next_place_ = std::max(next_place_, each.place + 1);
            kept_.emplace(std::pair(each.kind, each.name), std::move(each));
        }
        if (auto done = next_revision(); !done) return done;
        for (const auto& segment : document.value("segments", json::array()))
            if (auto done = put("segment", segment["id"].dump(), segment); !done) return done;
        for (const auto& feature : document["features"])
            if (auto done = put("feature", feature["name"].get<std::string>(), feature); !done) return done;
        if (mode == ImportMode::merge) return sdk::ok();
        for (const auto& [key, each] : kept_)
            if (!named_.contains(key))
                if (auto done = remove(each); !done) return done;
        return sdk::ok();
    }
    const ImportCounts& counts() const { return counts_; }

private:
    using Key = std::pair<std::string, std::string>;

    sdk::Result<void> run(std::string_view sql, const sdk::DbValues& values) {
        const auto done = tx_.execute(context_, sql, values);
        return done ? sdk::ok() : sdk::Result<void>(done.error());
    }

    sdk::Result<void> next_revision() {
        const auto now = host_.clock().now();
        const auto grown = tx_.execute(
            context_, "UPDATE flags_revisions SET revision = revision + 1, changed_at = ? WHERE environment = ?",
            {now, environment_});
        if (!grown) return grown.error();
        if (*grown == 0)
            if (auto done = run("INSERT INTO flags_revisions (environment, revision, changed_at) VALUES (?, 1, ?)",
                                {environment_, now});
                !done)
                return done;
        const auto row =
            tx_.query_one(context_, "SELECT revision FROM flags_revisions WHERE environment = ?", {environment_});
        if (!row) return row.error();
        revision_ = (*row)->integer("revision");
        return sdk::ok();
    }

    sdk::Result<void> put(const std::string& kind, const std::string& name, const json& object) {
        const Key key(kind, name);
        const auto body = object.dump();
        named_.insert(key);
        const auto found = kept_.find(key);
        const bool is_new = found == kept_.end();
        if (!is_new && found->second.body == body) return sdk::ok();
        const auto id = is_new ? sdk::make_uuid() : found->second.id;
        const auto now = host_.clock().now();
        if (is_new) {
            ++counts_.added;
            if (auto done = run("INSERT INTO flags_items (id, environment, project, kind, name, place, updated_at) "
                                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                                {id, environment_, kDefaultProject, kind, name, next_place_++, now});
                !done)
                return done;
        } else {
            ++counts_.changed;
            if (auto done = run("UPDATE flags_items SET updated_at = ? WHERE id = ?", {now, id}); !done) return done;
            if (auto done = run("DELETE FROM flags_item_parts WHERE item_id = ?", {id}); !done) return done;
        }
        std::int64_t part = 0;
        for (auto& piece : parts_of(body))
            if (auto done = run("INSERT INTO flags_item_parts (item_id, part, body) VALUES (?, ?, ?)",
                                {id, part++, std::move(piece)});
                !done)
                return done;
        return remember(kind, name, is_new ? "" : found->second.body, body);
    }

    sdk::Result<void> remove(const Kept& each) {
        ++counts_.removed;
        if (auto done = run("DELETE FROM flags_item_parts WHERE item_id = ?", {each.id}); !done) return done;
        if (auto done = run("DELETE FROM flags_items WHERE id = ?", {each.id}); !done) return done;
        return remember(each.kind, each.name, each.body, "");
    }

    sdk::Result<void> remember(const std::string& kind, const std::string& name, const std::string& before,
                               const std::string& after) {
        const auto id = sdk::make_uuid();
        if (auto done = run("INSERT INTO flags_history (id, environment, project, kind, name, revision, actor_kind, "
                            "actor_id, actor_label, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                            {id, environment_, kDefaultProject, kind, name, revision_, actor_.kind, actor_.id,
                             actor_.label, host_.clock().now()});
            !done)
            return done;
        for (const auto& [side, text] : {std::pair("before", &before), std::pair("after", &after)}) {
            std::int64_t part = 0;
            for (auto& piece : parts_of(*text))
                if (auto done =
                        run("INSERT INTO flags_history_parts (history_id, side, part, body) VALUES (?, ?, ?, ?)",
                            {id, side, part++, std::move(piece)});
                    !done)
                    return done;
        }
        return sdk::ok();
    }

    sdk::Host& host_;
    sdk::Transaction& tx_;
    const sdk::CallContext& context_;
    const sdk::Actor& actor_;
    std::string environment_;
    std::map<Key, Kept> kept_;
    std::set<Key> named_;
    std::int64_t next_place_ = 1;
    std::int64_t revision_ = 0;
    ImportCounts counts_;
};

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

sdk::Result<ImportCounts> Store::import(const sdk::CallContext& context, const sdk::Actor& actor,
                                        const std::string& environment, const json& document, ImportMode mode) {
    ImportCounts counts;
    const auto done = host_.database().transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        Change change(host_, tx, context, actor, environment);
        if (auto applied = change.apply(document, mode); !applied) return applied;
        counts = change.counts();
        sdk::AuditEntry entry{.action = "flags.imported", .subject = {"flags", environment, environment}};
        entry.after = {{"added", counts.added}, {"changed", counts.changed}, {"removed", counts.removed}};
        return host_.audit().append(tx, context, actor, entry);
    });
    if (!done) return done.error();
    return counts;
}

sdk::Result<std::map<std::string, std::int64_t>> Store::revisions(const sdk::CallContext& context) const {
    const auto rows = host_.database().query(context, "SELECT environment, revision FROM flags_revisions");
    if (!rows) return rows.error();
    std::map<std::string, std::int64_t> all;
    for (const auto& row : *rows) all.emplace(row.text("environment"), row.integer("revision"));
    return all;
}

}  // namespace whatsflow::flags
