#include "changes.hpp"

#include <map>

namespace whatsflow::billing {
namespace {

const std::string& key_of(const SeenKey& seen) {
    return seen.key;
}
template <class Entity>
const std::string& key_of(const Entity& entity) {
    return entity.id.text();
}

/// Entities are appended and rarely removed, so equal places are compared first.
template <class Entity>
void compare(EntityKind kind, const std::vector<Entity>& before, const std::vector<Entity>& after,
             std::vector<ChangedEntity>& changed) {
    bool removed = after.size() < before.size();
    for (std::size_t at = 0; at < before.size() && at < after.size() && !removed; ++at)
        removed = key_of(before[at]) != key_of(after[at]);
    if (!removed) {
        for (std::size_t at = 0; at < after.size(); ++at)
            if (at >= before.size())
                changed.push_back({kind, key_of(after[at]), ChangeKind::added});
            else if (!(before[at] == after[at]))
                changed.push_back({kind, key_of(after[at]), ChangeKind::changed});
        return;
    }
    std::map<std::string, const Entity*> old;
    for (const auto& each : before) old.emplace(key_of(each), &each);
    for (const auto& each : after) {
        const auto found = old.find(key_of(each));
        if (found == old.end()) {
            changed.push_back({kind, key_of(each), ChangeKind::added});
            continue;
        }
        if (!(*found->second == each)) changed.push_back({kind, key_of(each), ChangeKind::changed});
        old.erase(found);
    }
    for (const auto& [id, gone] : old) changed.push_back({kind, id, ChangeKind::removed});
}

}  // namespace

std::vector<ChangedEntity> difference(const Account& before, const Account& after) {
    std::vector<ChangedEntity> changed;
    if (!(before.profile == after.profile))
        changed.push_back({EntityKind::profile, after.profile.tenant.text(), ChangeKind::changed});
    compare(EntityKind::subscription, before.subscriptions, after.subscriptions, changed);
    compare(EntityKind::invoice, before.invoices, after.invoices, changed);
    compare(EntityKind::credit_note, before.credit_notes, after.credit_notes, changed);
    compare(EntityKind::payment, before.payments, after.payments, changed);
    compare(EntityKind::grant, before.grants, after.grants, changed);
    compare(EntityKind::credit_entry, before.credit_entries, after.credit_entries, changed);
    compare(EntityKind::redemption, before.redemptions, after.redemptions, changed);
    compare(EntityKind::counter, before.counters, after.counters, changed);
    compare(EntityKind::pending_change, before.pending_changes, after.pending_changes, changed);
    compare(EntityKind::waiting_draft, before.waiting_drafts, after.waiting_drafts, changed);
    compare(EntityKind::seen_key, before.seen_keys, after.seen_keys, changed);
    compare(EntityKind::seen_usage, before.seen_usage, after.seen_usage, changed);
    compare(EntityKind::counted_value, before.counted_values, after.counted_values, changed);
    return changed;
}

}  // namespace whatsflow::billing
