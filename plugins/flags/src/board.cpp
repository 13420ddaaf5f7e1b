#include "board.hpp"

#include <chrono>

namespace whatsflow::flags {
namespace {

sdk::Result<std::shared_ptr<const RuleSet>> compiled(const Store& store, const sdk::CallContext& context,
                                                     const std::string& environment, const char* project) {
    const auto document = store.load(context, environment, project);
    if (!document) return document.error();
    return RuleSet::compile(*document);
}

std::shared_ptr<const Served> empty_board() {
    static const auto& board = *new auto([] {
        const auto nothing = RuleSet::compile({{"features", nlohmann::json::array()}});
        return std::make_shared<const Served>(Served{0, *nothing, *nothing});
    }());
    return board;
}

}  // namespace

sdk::Result<void> Board::refresh() {
    const std::lock_guard one_at_a_time(refreshing_);
    sdk::CallContext context;
    context.request_id = "flags.refresh";
    const auto revisions = store_.revisions(context);
    if (!revisions) return revisions.error();
    Environments fresh = *current();
    bool changed = false;
    for (const auto& [environment, revision] : *revisions) {
        const auto known = fresh.find(environment);
        if (known != fresh.end() && known->second->revision == revision) continue;
        const auto begun = std::chrono::steady_clock::now();
        auto rules = compiled(store_, context, environment, kDefaultProject);
        if (!rules) return rules.error();
        auto platform = compiled(store_, context, environment, kPlatformProject);
        if (!platform) return platform.error();
        fresh[environment] = std::make_shared<const Served>(Served{revision, std::move(*rules), std::move(*platform)});
        changed = true;
        const auto taken = std::chrono::duration_cast<sdk::Milliseconds>(std::chrono::steady_clock::now() - begun);
        host_.log().info("flags are served", {{"environment", environment},
                                              {"revision", std::to_string(revision)},
                                              {"milliseconds", std::to_string(taken.count())}});
    }
    if (!changed) return sdk::ok();
    auto next = std::make_shared<const Environments>(std::move(fresh));
    const std::lock_guard lock(mutex_);
    environments_.swap(next);
    return sdk::ok();
}

std::shared_ptr<const Served> Board::served(const std::string& environment) const {
    const auto environments = current();
    const auto found = environments->find(environment);
    return found == environments->end() ? empty_board() : found->second;
}

std::vector<std::string> Board::environments() const {
    std::vector<std::string> names;
    for (const auto& [name, served] : *current()) names.push_back(name);
    return names;
}

std::shared_ptr<const Board::Environments> Board::current() const {
    const std::lock_guard lock(mutex_);
    return environments_;
}

}  // namespace whatsflow::flags
