/// \file
/// Changes that a second person has to approve, in environments where the configuration says so.
///
/// What is proposed is kept as the edits it consists of, each with the mark of the definition it is based
/// on. Approving applies them as if made at that moment: when somebody changed the flag meanwhile, it is a
/// conflict and nothing happens. Switching a flag off, and making one that is off, wait for nobody.
///
/// What shall happen later is proposed as a whole: approving schedules it, and its steps wait for nobody.
#pragma once

#include "schedules.hpp"
#include "store.hpp"

namespace whatsflow::flags {

struct ChangeRequest {
    std::string id{};
    std::string state = "open";  ///< `open`, `applied`, `rejected`, `withdrawn`
    std::string environment{};   ///< of the first edit, as project, kind and name
    std::string project{};
    std::string kind{};  ///< `flags` where it is about several, whose name is the environment's
    std::string name{};
    std::string action{};
    std::string reason{};
    std::string actor_id{};  ///< who proposed it
    std::string actor_label{};
    std::int64_t created_at = 0;
    std::string decided_by{};
    std::optional<std::int64_t> decided_at{};
    std::vector<Edit> edits{};
    /// Approving schedules it: the only edit then says what it comes to in the end, and what it is based on.
    std::optional<ScheduledChange> schedule{};
};

struct RequestComment {
    std::string who;
    std::int64_t at = 0;
    std::string text;
};

class ChangeRequests {
public:
    ChangeRequests(sdk::Host& host, Store& store, Schedules& schedules, std::vector<std::string> environments)
        : host_(host), store_(store), schedules_(schedules), environments_(std::move(environments)) {}

    bool wants_approval(const std::string& environment) const;
    /// `now` is the definition that the edit replaces, or null.
    bool wants_approval(const Edit& edit, const nlohmann::json& now) const;

    /// The id of the request.
    sdk::Result<std::string> propose(const sdk::CallContext& context, const sdk::Actor& actor,
                                     const std::vector<Edit>& edits, const std::string& action,
                                     const std::string& reason, const ScheduledChange* schedule = nullptr);
    /// Error `flags.not_found`. With its edits.
    sdk::Result<ChangeRequest> find(const sdk::CallContext& context, const std::string& id) const;
    /// Newest first, at most a hundred, without their edits.
    sdk::Result<std::vector<ChangeRequest>> list(const sdk::CallContext& context, bool open) const;
    sdk::Result<std::int64_t> count_open(const sdk::CallContext& context) const;

    /// Applies or schedules it. Errors: `flags.own_request`, `flags.changed`, `flags.decided`, `flags.too_late`,
    /// `flags.rolling_out`.
    sdk::Result<void> approve(const sdk::CallContext& context, const sdk::Actor& actor, const std::string& id);
    /// Whoever proposed it withdraws it, anybody else rejects it.
    sdk::Result<void> close(const sdk::CallContext& context, const sdk::Actor& actor, const std::string& id);
    sdk::Result<void> comment(const sdk::CallContext& context, const sdk::Actor& actor, const std::string& id,
                              const std::string& text);
    sdk::Result<std::vector<RequestComment>> comments(const sdk::CallContext& context, const std::string& id) const;

private:
    sdk::Result<void> schedule_in(sdk::Transaction& tx, const sdk::CallContext& context, const sdk::Actor& actor,
                                  const ChangeRequest& request);
    sdk::Result<void> decide(sdk::Transaction& tx, const sdk::CallContext& context, const sdk::Actor& actor,
                             const ChangeRequest& request, const std::string& state);

    sdk::Host& host_;
    Store& store_;
    Schedules& schedules_;
    std::vector<std::string> environments_;
};

}  // namespace whatsflow::flags
