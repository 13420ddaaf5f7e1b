/// \file
/// Flags and segments in the database: as they came, with a revision an environment and a history.
#pragma once

#include "core/rule_set.hpp"

#include <whatsflow/sdk/host.hpp>

#include <functional>
#include <map>

namespace whatsflow::flags {

inline constexpr const char* kDefaultProject = "default";
/// Flags of WhatsFlow's own plugins.
inline constexpr const char* kPlatformProject = "platform";
/// The action of edits that are an import. What they depend on is taken as it is, and off where it breaks rules.
inline constexpr const char* kImported = "flags.imported";
inline constexpr const char* kProduction = "production";

enum class ImportMode {
    merge,    ///< what the file does not name stays
    replace,  ///< the project is the file, exactly
};

struct ImportCounts {
    int added = 0;
    int changed = 0;
    int removed = 0;
};

/// One flag or segment as it shall be.
struct Edit {
    std::string environment;
    std::string project;
    std::string kind = "feature";
    std::string name;
    std::optional<nlohmann::json> definition;  ///< nothing: it shall go
    std::string seen;                          ///< mark_of what the change is based on; empty: it must not be there yet
    nlohmann::json told = nlohmann::json::object();  ///< for the audit log
    nlohmann::json before = nullptr;                 ///< what it replaces, for people who look at it before it is made
    /// Instead of `definition` and `seen`: makes it of what is there at that moment.
    std::function<sdk::Result<nlohmann::json>(const nlohmann::json& now)> amend{};
};

/// `before` is null where it came into being, `after` where it went.
struct PastChange {
    std::string id;
    std::int64_t revision = 0;
    std::string who;
    std::int64_t at = 0;
    nlohmann::json before;
    nlohmann::json after;
};

/// A flag or segment as it is now, after it changed.
struct ChangedItem {
    std::string project;
    std::string kind;
    std::string name;
    std::int64_t place = 0;
    std::string text;  ///< empty: it is gone
};

/// Tells one text of a definition from another.
std::string mark_of(std::string_view body);

class Store {
public:
    explicit Store(sdk::Host& host) : host_(host) {}

    /// `{"version": 2, "features": […], "segments": […]}`, in the order of the import.
    sdk::Result<nlohmann::json> load(const sdk::CallContext& context, const std::string& environment,
                                     const std::string& project) const;
    /// The same as texts, for compiling.
    sdk::Result<Texts> texts(const sdk::CallContext& context, const std::string& environment,
                             const std::string& project) const;
    /// What changed after a revision; nothing when it is too much to be looked at one by one.
    sdk::Result<std::optional<std::vector<ChangedItem>>> changed_since(const sdk::CallContext& context,
                                                                       const std::string& environment,
                                                                       std::int64_t revision) const;
    /// All or nothing. The document has been compiled before.
    sdk::Result<ImportCounts> import(const sdk::CallContext& context, const sdk::Actor& actor,
                                     const std::string& environment, const nlohmann::json& document, ImportMode mode);
    /// All or nothing, each with its audit entry. The definitions have been compiled before. Error
    /// `flags.changed`: somebody else was quicker; those of core/dependencies.hpp, for what they change of it;
    /// `flags.needed`: a flag depends on one that shall go.
    sdk::Result<void> apply(const sdk::CallContext& context, const sdk::Actor& actor, const std::vector<Edit>& edits,
                            const std::string& action, const std::string& reason = {});
    /// Changes nothing: the error that `apply` would have.
    sdk::Result<void> try_out(const sdk::CallContext& context, const sdk::Actor& actor, const std::vector<Edit>& edits,
                              const std::string& action);
    /// The same in a transaction of the caller.
    sdk::Result<void> apply_in(sdk::Transaction& tx, const sdk::CallContext& context, const sdk::Actor& actor,
                               const std::vector<Edit>& edits, const std::string& action,
                               const std::string& reason = {});
    /// Error `flags.changed`: what the edit is based on is not there any more. Changes nothing.
    sdk::Result<void> check_basis(sdk::Transaction& tx, const sdk::CallContext& context, const Edit& edit) const;
    /// Of one flag, newest first, the last fifty.
    sdk::Result<std::vector<PastChange>> history(const sdk::CallContext& context, const std::string& environment,
                                                 const std::string& project, const std::string& name) const;
    sdk::Result<std::map<std::string, std::int64_t>> revisions(const sdk::CallContext& context) const;

private:
    struct Kept;
    class Change;
    static sdk::Result<Kept> read_one(sdk::Transaction& tx, const sdk::CallContext& context, const Edit& edit);
    static sdk::Result<std::vector<Kept>> read(sdk::SqlExecutor& where, const sdk::CallContext& context,
                                               const std::string& environment, const std::string& project);

    sdk::Host& host_;
};

}  // namespace whatsflow::flags
