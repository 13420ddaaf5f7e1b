/// \file
/// One change of definitions in its transaction: a revision, the texts in parts, the history.
#pragma once

#include "store.hpp"

#include <set>

namespace whatsflow::flags {

struct Store::Kept {
    std::string id;
    std::string kind;
    std::string name;
    std::int64_t place = 0;
    std::string body;

    bool is_there() const { return !id.empty(); }
    /// What an edit says that it has seen.
    bool is_basis_of(const Edit& edit) const { return edit.seen == (is_there() ? mark_of(body) : std::string{}); }
};

class Store::Change {
public:
    Change(sdk::Host& host, sdk::Transaction& tx, const sdk::CallContext& context, const sdk::Actor& actor,
           std::string environment, std::string project)
        : host_(host),
          tx_(tx),
          context_(context),
          actor_(actor),
          environment_(std::move(environment)),
          project_(std::move(project)) {}

    sdk::Result<void> import(const nlohmann::json& document, ImportMode mode);
    sdk::Result<void> edit(const Edit& edit);
    /// After the edits: what they changed of dependencies fits what is there now.
    sdk::Result<void> check_dependencies();
    bool is_about(const Edit& edit) const { return edit.environment == environment_ && edit.project == project_; }
    const ImportCounts& counts() const { return counts_; }

private:
    using Key = std::pair<std::string, std::string>;

    /// What a flag depends on, or who may depend on it, became another by an edit.
    struct Regraphed {
        std::string name;
        bool is_new_bond = false;  ///< another parent than before, or another project
    };
    void note_dependencies(const std::string& name, const std::string& before,
                           const std::optional<nlohmann::json>& after);
    sdk::Result<void> run(std::string_view sql, const sdk::DbValues& values);
    /// Once: all of one change is one revision. Its row is the lock that makes changes of one environment
    /// wait for each other, so it comes before anything is read.
    sdk::Result<void> next_revision();
    sdk::Result<void> put(const std::string& kind, const std::string& name, const nlohmann::json& object);
    sdk::Result<void> write_body(const std::string& id, const std::string& body);
    sdk::Result<void> remove(const Kept& each);
    sdk::Result<void> remember(const std::string& kind, const std::string& name, const std::string& before,
                               const std::string& after);

    sdk::Host& host_;
    sdk::Transaction& tx_;
    const sdk::CallContext& context_;
    const sdk::Actor& actor_;
    std::string environment_;
    std::string project_;
    std::map<Key, Kept> kept_;
    std::set<Key> named_;
    std::vector<Regraphed> regraphed_;
    std::int64_t next_place_ = 1;
    std::int64_t revision_ = 0;
    ImportCounts counts_;
};

}  // namespace whatsflow::flags
