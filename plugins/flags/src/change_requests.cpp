#include "change_requests.hpp"

#include "text_parts.hpp"

#include <whatsflow/sdk/id.hpp>

namespace whatsflow::flags {

using nlohmann::json;

namespace {

json json_of(const std::vector<Edit>& edits) {
    json list = json::array();
    for (const auto& edit : edits)
        list.push_back({{"environment", edit.environment},
                        {"project", edit.project},
                        {"kind", edit.kind},
                        {"name", edit.name},
                        {"definition", edit.definition ? *edit.definition : json()},
                        {"seen", edit.seen},
                        {"told", edit.told},
                        {"before", edit.before}});
    return list;
}

std::vector<Edit> edits_of(const json& list) {
    std::vector<Edit> edits;
    for (const auto& each : list) {
        Edit edit;
        edit.environment = each.at("environment").get<std::string>();
        edit.project = each.at("project").get<std::string>();
        edit.kind = each.at("kind").get<std::string>();
        edit.name = each.at("name").get<std::string>();
        if (!each.at("definition").is_null()) edit.definition = each["definition"];
        edit.seen = each.at("seen").get<std::string>();
        edit.told = each.at("told");
        edit.before = each.at("before");
        edits.push_back(std::move(edit));
    }
    return edits;
}

ChangeRequest request_of(const sdk::Row& row) {
    ChangeRequest request;
    request.id = row.text("id");
    request.state = row.text("state");
    request.environment = row.text("environment");
    request.project = row.text("project");
    request.kind = row.text("kind");
    request.name = row.text("name");
    request.action = row.text("action");
    request.reason = row.text("reason");
    request.actor_id = row.text("actor_id");
    request.actor_label = row.text("actor_label");
    request.created_at = row.integer("created_at");
    request.decided_by = row.text("decided_by");
    request.decided_at = row.maybe_integer("decided_at");
    return request;
}

constexpr const char* kRequestColumns =
    "SELECT id, state, environment, project, kind, name, action, reason, actor_id, actor_label, created_at, "
    "decided_by, decided_at FROM flags_requests ";

sdk::AuditEntry entry_of(const ChangeRequest& request, const char* action) {
    sdk::AuditEntry entry{.action = action,
                          .subject = {request.kind == "feature" ? "flag" : request.kind, request.name, request.name}};
    entry.after = {{"environment", request.environment}, {"request", request.id}, {"action", request.action}};
    entry.reason = request.reason;
    return entry;
}

}  // namespace

bool ChangeRequests::wants_approval(const std::string& environment) const {
    return std::ranges::find(environments_, environment) != environments_.end();
}

bool ChangeRequests::wants_approval(const Edit& edit, const json& now) const {
    if (!wants_approval(edit.environment)) return false;
    if (edit.kind != "feature" || !edit.definition) return true;
    const bool is_off = !flag_in(*edit.definition, "enabled");
    if (now.is_null()) return !is_off;
    auto switched_off = now;
    switched_off["enabled"] = false;
    return *edit.definition != switched_off;
}

sdk::Result<std::string> ChangeRequests::propose(const sdk::CallContext& context, const sdk::Actor& actor,
                                                 const std::vector<Edit>& edits, const std::string& action,
                                                 const std::string& reason, const ScheduledChange* schedule) {
    const auto& first = edits.front();
    const bool is_one = std::ranges::all_of(
        edits, [&](const auto& each) { return each.kind == first.kind && each.name == first.name; });
    ChangeRequest request{.id = sdk::make_uuid(),
                          .environment = first.environment,
                          .project = first.project,
                          .kind = is_one ? first.kind : "flags",
                          .name = is_one ? first.name : first.environment,
                          .action = action,
                          .reason = reason};
    const json body{{"edits", json_of(edits)}, {"schedule", schedule ? json_of(*schedule) : json()}};
    const auto done = host_.database().transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        const auto stored = tx.execute(
            context,
            "INSERT INTO flags_requests (id, state, environment, project, kind, name, action, reason, actor_id, "
            "actor_label, created_at, decided_by) VALUES (?, 'open', ?, ?, ?, ?, ?, ?, ?, ?, ?, '')",
            {request.id, request.environment, request.project, request.kind, request.name, action, reason, actor.id,
             actor.label, host_.clock().now()});
        if (!stored) return stored.error();
        std::int64_t part = 0;
        for (auto& piece : parts_of(body.dump())) {
            const auto kept =
                tx.execute(context, "INSERT INTO flags_request_parts (request_id, part, body) VALUES (?, ?, ?)",
                           {request.id, part++, std::move(piece)});
            if (!kept) return kept.error();
        }
        return host_.audit().append(tx, context, actor, entry_of(request, "flag.change_proposed"));
    });
    if (!done) return done.error();
    return request.id;
}

sdk::Result<ChangeRequest> ChangeRequests::find(const sdk::CallContext& context, const std::string& id) const {
    const auto row = host_.database().query_one(context, std::string(kRequestColumns) + "WHERE id = ?", {id});
    if (!row) return row.error();
    if (!*row) return sdk::fail("flags.not_found", "There is no such request.");
    const auto parts = host_.database().query(
        context, "SELECT body FROM flags_request_parts WHERE request_id = ? ORDER BY part", {id});
    if (!parts) return parts.error();
    std::string body;
    for (const auto& part : *parts) body += part.text("body");
    auto request = request_of(**row);
    const auto proposed = json::parse(body);
    // A list alone: it was proposed before changes of later were.
    request.edits = edits_of(proposed.is_array() ? proposed : proposed.at("edits"));
    if (proposed.is_object() && !proposed.at("schedule").is_null())
        request.schedule = scheduled_change_of(proposed["schedule"]);
    return request;
}

sdk::Result<std::vector<ChangeRequest>> ChangeRequests::list(const sdk::CallContext& context, bool open) const {
    const auto rows = host_.database().query(context, std::string(kRequestColumns) +
                                                          (open ? "WHERE state = 'open'" : "WHERE state <> 'open'") +
                                                          " ORDER BY created_at DESC, id DESC LIMIT 100");
    if (!rows) return rows.error();
    std::vector<ChangeRequest> all;
    for (const auto& row : *rows) all.push_back(request_of(row));
    return all;
}

sdk::Result<std::int64_t> ChangeRequests::count_open(const sdk::CallContext& context) const {
    const auto row =
        host_.database().query_one(context, "SELECT COUNT(*) AS n FROM flags_requests WHERE state = 'open'");
    if (!row) return row.error();
    return (*row)->integer("n");
}

sdk::Result<void> ChangeRequests::decide(sdk::Transaction& tx, const sdk::CallContext& context, const sdk::Actor& actor,
                                         const ChangeRequest& request, const std::string& state) {
    const auto decided = tx.execute(
        context, "UPDATE flags_requests SET state = ?, decided_by = ?, decided_at = ? WHERE id = ? AND state = 'open'",
        {state, actor.label, host_.clock().now(), request.id});
    if (!decided) return decided.error();
    if (*decided == 0) return sdk::fail("flags.decided", "Somebody else has decided about it already.");
    const auto action = "flag.change_" + state;
    return host_.audit().append(tx, context, actor, entry_of(request, action.c_str()));
}

sdk::Result<void> ChangeRequests::approve(const sdk::CallContext& context, const sdk::Actor& actor,
                                          const std::string& id) {
    const auto request = find(context, id);
    if (!request) return request.error();
    if (request->actor_id == actor.id)
        return sdk::fail("flags.own_request", "A second person approves: somebody else than you.");
    return host_.database().transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        if (auto done = decide(tx, context, actor, *request, "applied"); !done) return done;
        if (request->schedule) return schedule_in(tx, context, actor, *request);
        return store_.apply_in(tx, context, actor, request->edits, request->action, request->reason);
    });
}

sdk::Result<void> ChangeRequests::schedule_in(sdk::Transaction& tx, const sdk::CallContext& context,
                                              const sdk::Actor& actor, const ChangeRequest& request) {
    // What was looked at is what will happen: not all of a sudden, and not to another flag.
    if (request.schedule->steps.front().at <= host_.clock().now())
        return sdk::fail("flags.too_late", "The time of its first step is over. Propose it again.");
    for (const auto& edit : request.edits)
        if (auto same = store_.check_basis(tx, context, edit); !same) return same;
    return schedules_.add_in(tx, context, actor, *request.schedule);
}

sdk::Result<void> ChangeRequests::close(const sdk::CallContext& context, const sdk::Actor& actor,
                                        const std::string& id) {
    const auto request = find(context, id);
    if (!request) return request.error();
    return host_.database().transaction(context, [&](sdk::Transaction& tx) {
        return decide(tx, context, actor, *request, request->actor_id == actor.id ? "withdrawn" : "rejected");
    });
}

sdk::Result<void> ChangeRequests::comment(const sdk::CallContext& context, const sdk::Actor& actor,
                                          const std::string& id, const std::string& text) {
    if (auto request = find(context, id); !request) return request.error();
    const auto kept = host_.database().execute(
        context,
        "INSERT INTO flags_request_comments (id, request_id, actor_label, text, written_at) VALUES (?, ?, ?, ?, ?)",
        {sdk::make_uuid(), id, actor.label, text, host_.clock().now()});
    return kept ? sdk::ok() : sdk::Result<void>(kept.error());
}

sdk::Result<std::vector<RequestComment>> ChangeRequests::comments(const sdk::CallContext& context,
                                                                  const std::string& id) const {
    const auto rows = host_.database().query(context,
                                             "SELECT actor_label, written_at, text FROM flags_request_comments WHERE "
                                             "request_id = ? ORDER BY written_at, id LIMIT 500",
                                             {id});
    if (!rows) return rows.error();
    std::vector<RequestComment> all;
    for (const auto& row : *rows) all.push_back({row.text("actor_label"), row.integer("written_at"), row.text("text")});
    return all;
}

}  // namespace whatsflow::flags
