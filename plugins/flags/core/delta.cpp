#include "delta.hpp"

#include "reading.hpp"

namespace whatsflow::flags {
namespace {

using nlohmann::json;

void remove(json& list, const char* key, const json& value) {
    for (auto each = list.begin(); each != list.end(); ++each)
        if (each->is_object() && each->contains(key) && (*each)[key] == value) {
            list.erase(each);
            return;
        }
}

void put(json& list, const char* key, const json& object) {
    for (auto& each : list)
        if (each.is_object() && each.contains(key) && object.contains(key) && each[key] == object[key]) {
            each = object;
            return;
        }
    list.push_back(object);
}

json objects_in(const Place& change, const char* key) {
    json list = json::array();
    for (const auto& each : change.places(key)) list.push_back(each.object());
    return list;
}

const json& member(const Place& change, const char* key) {
    const auto found = change.object().find(key);
    if (found == change.object().end()) throw Malformed{change.path() + "." + key + " is missing."};
    return *found;
}

}  // namespace

json folded(json document) {
    if (!document.is_object() || document.contains("features") || !document.contains("events")) return document;
    json features = json::array();
    json segments = json::array();
    for (const auto& change : Place(document, "").places("events")) {
        const auto type = change.text("type");
        if (type == "hydration") {
            features = objects_in(change, "features");
            segments = objects_in(change, "segments");
        } else if (type == "feature-updated") {
            put(features, "name", Place(member(change, "feature"), change.path() + ".feature").object());
        } else if (type == "feature-removed") {
            remove(features, "name", member(change, "featureName"));
        } else if (type == "segment-updated") {
            put(segments, "id", Place(member(change, "segment"), change.path() + ".segment").object());
        } else if (type == "segment-removed") {
            remove(segments, "id", member(change, "segmentId"));
        }
    }
    return {{"version", 2}, {"features", std::move(features)}, {"segments", std::move(segments)}};
}

}  // namespace whatsflow::flags
