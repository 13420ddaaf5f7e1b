#include "envelopes.hpp"

#include <memory>
#include <mutex>
#include <set>

namespace whatsflow::billing::store {
namespace {

/// An envelope names its type by a view of a text that lives as long as the library. There are as
/// many names as the engine has words for, so the set stays small.
std::string_view lasting(std::string_view name) {
    static std::mutex mutex;
    static auto* const names = new std::set<std::string, std::less<>>;
    const std::lock_guard lock(mutex);
    auto found = names->find(name);
    if (found == names->end()) found = names->emplace(name).first;
    return *found;
}

}  // namespace

sdk::Envelope envelope_of(const std::string& type, nlohmann::json fields, const TenantId& tenant) {
    const auto slash = type.find('/');
    sdk::Envelope envelope;
    envelope.type = {lasting(type.substr(0, slash)),
                     slash == std::string::npos ? 1U : static_cast<unsigned>(std::stoul(type.substr(slash + 1)))};
    envelope.tenant = tenant;
    envelope.object = std::make_shared<const nlohmann::json>(std::move(fields));
    envelope.to_json = [](const void* object) { return *static_cast<const nlohmann::json*>(object); };
    return envelope;
}

}  // namespace whatsflow::billing::store
