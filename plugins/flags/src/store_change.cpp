#include "store_change.hpp"

#include "core/bucket.hpp"
#include "core/dependencies.hpp"
#include "core/reading.hpp"
#include "text_parts.hpp"

#include <whatsflow/sdk/id.hpp>

namespace whatsflow::flags {

using nlohmann::json;

sdk::Result<void> Store::Change::import(const json& document, ImportMode mode) {
    if (auto done = next_revision(); !done) return done;
    auto kept = read(tx_, context_, environment_, project_);
    if (!kept) return kept.error();
    for (auto& each : *kept) {
        next_place_ = std::max(next_place_, each.place + 1);
        kept_.emplace(std::pair(each.kind, each.name), std::move(each));
    }
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

namespace {

sdk::Result<void> changed_meanwhile(const Edit& edit) {
    return sdk::fail("flags.changed", "Somebody else changed '" + edit.name + "' meanwhile. Look again first.");
}

}  // namespace

sdk::Result<Store::Kept> Store::read_one(sdk::Transaction& tx, const sdk::CallContext& context, const Edit& edit) {
    const auto rows = tx.query(context,
                               "SELECT i.id, i.place, p.body FROM flags_items i JOIN flags_item_parts p ON p.item_id "
                               "= i.id WHERE i.environment = ? AND i.project = ? AND i.kind = ? AND i.name = ? ORDER "
                               "BY p.part",
                               {edit.environment, edit.project, edit.kind, edit.name});
    if (!rows) return rows.error();
    Kept found{{}, edit.kind, edit.name, 0, {}};
    for (const auto& row : *rows) {
        found.id = row.text("id");
        found.place = row.integer("place");
        found.body += row.text("body");
    }
    return found;
}

sdk::Result<void> Store::check_basis(sdk::Transaction& tx, const sdk::CallContext& context, const Edit& edit) const {
    const auto found = read_one(tx, context, edit);
    if (!found) return found.error();
    return found->is_basis_of(edit) ? sdk::ok() : changed_meanwhile(edit);
}

sdk::Result<void> Store::Change::edit(const Edit& edit) {
    if (auto done = next_revision(); !done) return done;
    auto there = read_one(tx_, context_, edit);
    if (!there) return there.error();
    auto& found = *there;
    const bool is_new = !found.is_there();
    auto definition = edit.definition;
    if (edit.amend) {
        if (is_new) return sdk::fail("flags.not_found", "The flag '" + edit.name + "' is not there any more.");
        auto amended = edit.amend(json::parse(found.body, nullptr, false));
        if (!amended) return amended.error();
        definition = std::move(*amended);
    } else if (!found.is_basis_of(edit)) {
        return changed_meanwhile(edit);
    }
    if (edit.kind == "feature") note_dependencies(edit.name, found.body, definition);
    if (!definition) return is_new ? sdk::ok() : remove(found);
    if (is_new) {
        const auto last =
            tx_.query_one(context_, "SELECT MAX(place) AS last FROM flags_items WHERE environment = ? AND project = ?",
                          {environment_, project_});
        if (!last) return last.error();
        next_place_ = (*last)->maybe_integer("last").value_or(0) + 1;
    } else {
        kept_.insert_or_assign(Key(edit.kind, edit.name), std::move(found));
    }
    return put(edit.kind, edit.name, *definition);
}

void Store::Change::note_dependencies(const std::string& name, const std::string& before,
                                      const std::optional<json>& after) {
    if (!after) {
        regraphed_.push_back({name});
        return;
    }
    const auto was = before.empty() ? json::object() : json::parse(before, nullptr, false);
    const bool moved = !before.empty() && text_in(was, "project") != text_in(*after, "project");
    const auto parents_before = list_in(was, "dependencies");
    const auto parents = list_in(*after, "dependencies");
    if (!moved && parents == parents_before) return;
    const auto parent_of = [](const json& each) { return each.is_object() ? text_in(each, "feature") : std::string{}; };
    const auto is_new = [&](const json& parent) {
        return std::ranges::none_of(parents_before,
                                    [&](const json& each) { return parent_of(each) == parent_of(parent); });
    };
    regraphed_.push_back(
        {name, moved || parents.size() > parents_before.size() || std::ranges::any_of(parents, is_new)});
}

sdk::Result<void> Store::Change::check_dependencies() {
    if (regraphed_.empty()) return sdk::ok();
    const auto kept = read(tx_, context_, environment_, project_);
    if (!kept) return kept.error();
    DependencyGraph graph;
    for (const auto& each : *kept)
        if (each.kind == "feature") graph.put(each.name, json::parse(each.body, nullptr, false));
    for (const auto& each : regraphed_) {
        const auto dependents = graph.dependents_of(each.name);
        if (!graph.has(each.name)) {
            if (!dependents.empty())
                return sdk::fail("flags.needed", "The flag '" + dependents.front() + "' depends on '" + each.name +
                                                     "' in " + environment_ + ". Let it depend on nothing first.");
            continue;
        }
        // What an import left broken may be mended one by one.
        if (!each.is_new_bond) continue;
        if (auto sound = graph.check(each.name); !sound) return sound;
        for (const auto& dependent : dependents)
            if (auto sound = graph.may_depend(dependent, each.name); !sound) return sound;
    }
    return sdk::ok();
}

sdk::Result<void> Store::Change::run(std::string_view sql, const sdk::DbValues& values) {
    const auto done = tx_.execute(context_, sql, values);
    return done ? sdk::ok() : sdk::Result<void>(done.error());
}

sdk::Result<void> Store::Change::next_revision() {
    if (revision_ > 0) return sdk::ok();
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

sdk::Result<void> Store::Change::put(const std::string& kind, const std::string& name, const json& object) {
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
                            {id, environment_, project_, kind, name, next_place_++, now});
            !done)
            return done;
    } else {
        ++counts_.changed;
        if (auto done = run("UPDATE flags_items SET updated_at = ? WHERE id = ?", {now, id}); !done) return done;
        if (auto done = run("DELETE FROM flags_item_parts WHERE item_id = ?", {id}); !done) return done;
    }
    if (auto done = write_body(id, body); !done) return done;
    return remember(kind, name, is_new ? "" : found->second.body, body);
}

sdk::Result<void> Store::Change::write_body(const std::string& id, const std::string& body) {
    std::int64_t part = 0;
    for (auto& piece : parts_of(body))
        if (auto done = run("INSERT INTO flags_item_parts (item_id, part, body) VALUES (?, ?, ?)",
                            {id, part++, std::move(piece)});
            !done)
            return done;
    return sdk::ok();
}

sdk::Result<void> Store::Change::remove(const Kept& each) {
    ++counts_.removed;
    if (auto done = run("DELETE FROM flags_item_parts WHERE item_id = ?", {each.id}); !done) return done;
    if (auto done = run("DELETE FROM flags_items WHERE id = ?", {each.id}); !done) return done;
    return remember(each.kind, each.name, each.body, "");
}

sdk::Result<void> Store::Change::remember(const std::string& kind, const std::string& name, const std::string& before,
                                          const std::string& after) {
    const auto id = sdk::make_uuid();
    if (auto done = run("INSERT INTO flags_history (id, environment, project, kind, name, revision, actor_kind, "
                        "actor_id, actor_label, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                        {id, environment_, project_, kind, name, revision_, actor_.kind, actor_.id, actor_.label,
                         host_.clock().now()});
        !done)
        return done;
    for (const auto& [side, text] : {std::pair("before", &before), std::pair("after", &after)}) {
        std::int64_t part = 0;
        for (auto& piece : parts_of(*text))
            if (auto done = run("INSERT INTO flags_history_parts (history_id, side, part, body) VALUES (?, ?, ?, ?)",
                                {id, side, part++, std::move(piece)});
                !done)
                return done;
    }
    return sdk::ok();
}

}  // namespace whatsflow::flags
