#include "board.hpp"

#include <chrono>

namespace whatsflow::flags {
namespace {

RuleSet::Compiled compiled(const Store& store, const sdk::CallContext& context, const std::string& environment,
                           const char* project, const std::shared_ptr<const RuleSet>& known) {
    const auto texts = store.texts(context, environment, project);
    if (!texts) return texts.error();
    return RuleSet::compile_texts(*texts, known.get());
}

/// Nothing: a segment changed, and with it flags that did not.
std::optional<RuleSet::Compiled> with_changes(const std::shared_ptr<const RuleSet>& known,
                                              const std::vector<ChangedItem>& items, std::string_view project) {
    std::vector<std::string> put, gone;
    for (const auto& item : items) {
        if (item.project != project) continue;
        if (item.kind != "feature") return std::nullopt;
        if (item.text.empty())
            gone.push_back(item.name);
        else
            put.push_back(item.text);
    }
    if (put.empty() && gone.empty()) return known;
    return known->with(put, gone);
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
    forget_retired();
    sdk::CallContext context;
    context.request_id = "flags.refresh";
    const auto revisions = store_.revisions(context);
    if (!revisions) return revisions.error();
    Environments fresh = *current();
    bool changed = false;
    std::vector<std::string> to_tell;
    sdk::Result<void> outcome;
    for (const auto& [environment, revision] : *revisions) {
        const auto known = fresh.find(environment);
        if (known != fresh.end() && known->second->revision == revision) continue;
        const auto begun = std::chrono::steady_clock::now();
        auto served = next(context, environment, revision, known == fresh.end() ? nullptr : known->second.get());
        // One environment that does not compile keeps none of the others back.
        if (!served) {
            outcome = served.error();
            continue;
        }
        if (known == fresh.end() ? begun_ : known->second->rules != (*served)->rules) to_tell.push_back(environment);
        if (known != fresh.end()) retired_.push_back(known->second);
        fresh[environment] = std::move(*served);
        changed = true;
        const auto taken = std::chrono::duration_cast<sdk::Milliseconds>(std::chrono::steady_clock::now() - begun);
        host_.log().info("flags are served", {{"environment", environment},
                                              {"revision", std::to_string(revision)},
                                              {"milliseconds", std::to_string(taken.count())}});
    }
    begun_ = true;
    if (!changed) return outcome;
    auto swapped = std::make_shared<const Environments>(std::move(fresh));
    {
        const std::lock_guard lock(mutex_);
        environments_.swap(swapped);
    }
    // Who asks again now is answered with the new ones.
    for (const auto& environment : to_tell) changed_(environment);
    return outcome;
}

sdk::Result<std::shared_ptr<const Served>> Board::next(const sdk::CallContext& context, const std::string& environment,
                                                       std::int64_t revision, const Served* known) const {
    static const Served kNothing;
    const auto& before = known ? *known : kNothing;
    std::optional<std::vector<ChangedItem>> changes;
    // A smaller one than before: somebody restored a backup.
    if (known && revision > known->revision) {
        auto changed = store_.changed_since(context, environment, known->revision);
        if (!changed) return changed.error();
        changes = std::move(*changed);
    }
    const auto rules_of = [&](const char* project, const std::shared_ptr<const RuleSet>& served) -> RuleSet::Compiled {
        if (changes)
            if (auto stepped = with_changes(served, *changes, project)) return std::move(*stepped);
        return compiled(store_, context, environment, project, served);
    };
    auto rules = rules_of(kDefaultProject, before.rules);
    if (!rules) return rules.error();
    auto platform = rules_of(kPlatformProject, before.platform);
    if (!platform) return platform.error();
    return std::make_shared<const Served>(Served{revision, std::move(*rules), std::move(*platform)});
}

void Board::forget_retired() {
    std::erase_if(retired_, [](const auto& each) { return each.use_count() == 1; });
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
