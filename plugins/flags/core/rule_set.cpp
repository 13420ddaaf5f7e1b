#include "rule_set.hpp"

#include "delta.hpp"
#include "feature_compiler.hpp"

namespace whatsflow::flags {
namespace {

nlohmann::json parsed_object(const std::string& text) {
    auto object = parse_json(text);
    if (!object) throw Malformed{object.error().message};
    return std::move(*object);
}

std::shared_ptr<const Feature> feature_in(const std::string& text, const std::string& place, const Segments& segments) {
    const auto object = parsed_object(text);
    return std::make_shared<const Feature>(compile_feature(Place(object, place), segments, text));
}

RuleSet::Compiled refused(const Malformed& malformed) {
    return sdk::fail("flags.malformed", malformed.sentence);
}

}  // namespace

void Dependence::add(const Dependence& other) {
    on_time = on_time || other.on_time;
    on_chance = on_chance || other.on_chance;
    for (const auto& field : other.on_fields)
        if (std::ranges::find(on_fields, field) == on_fields.end()) on_fields.push_back(field);
}

RuleSet::Compiled RuleSet::parse(std::string_view text) {
    const auto document = parse_json(text);
    if (!document) return document.error();
    return compile(*document);
}

RuleSet::Compiled RuleSet::compile(const nlohmann::json& told) {
    try {
        std::optional<nlohmann::json> made;
        if (told.is_object() && !told.contains("features")) made = folded(told);
        const auto& document = made ? *made : told;
        if (!document.is_object() || !document.contains("features"))
            throw Malformed{"The definitions are no object with a list 'features'."};
        const Place root(document, "");
        auto rules = std::make_shared<RuleSet>();
        rules->segments_ = std::make_shared<const Segments>(compile_segments(root.places("segments")));
        rules->warnings_ = rules->segments_->warnings;
        const auto places = root.places("features");
        rules->features_.reserve(places.size());
        for (const auto& place : places) {
            auto text = place.object().dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
            rules->add(std::make_shared<const Feature>(compile_feature(place, *rules->segments_, std::move(text))));
        }
        return std::shared_ptr<const RuleSet>(std::move(rules));
    } catch (const Malformed& malformed) {
        return refused(malformed);
    }
}

RuleSet::Compiled RuleSet::compile_texts(const Texts& texts, const RuleSet* known) {
    try {
        auto definitions = nlohmann::json::array();
        for (const auto& text : texts.segments) definitions.push_back(parsed_object(text));
        const bool same_segments = known && known->segments() == definitions;
        auto rules = std::make_shared<RuleSet>();
        if (same_segments) {
            rules->segments_ = known->segments_;
        } else {
            const nlohmann::json document{{"segments", std::move(definitions)}};
            rules->segments_ =
                std::make_shared<const Segments>(compile_segments(Place(document, "").places("segments")));
        }
        rules->warnings_ = rules->segments_->warnings;
        std::unordered_map<std::string_view, const FeaturePointer*> reusable;
        if (known) {
            reusable.reserve(known->features_.size());
            for (const auto& each : known->features_)
                if (same_segments || !each->has_segments) reusable.emplace(each->text, &each);
        }
        rules->features_.reserve(texts.features.size());
        rules->by_name_.reserve(texts.features.size());
        for (std::size_t i = 0; i < texts.features.size(); ++i) {
            const auto& text = texts.features[i];
            const auto found = reusable.find(text);
            rules->add(found != reusable.end()
                           ? *found->second
                           : feature_in(text, "features[" + std::to_string(i) + "]", *rules->segments_));
        }
        return std::shared_ptr<const RuleSet>(std::move(rules));
    } catch (const Malformed& malformed) {
        return refused(malformed);
    }
}

RuleSet::Compiled RuleSet::with(const std::vector<std::string>& put, const std::vector<std::string>& gone) const {
    try {
        std::vector<FeaturePointer> changed;
        std::unordered_map<std::string_view, FeaturePointer> by_name;
        for (const auto& text : put) {
            changed.push_back(feature_in(text, "The flag", *segments_));
            by_name.insert_or_assign(changed.back()->name, changed.back());
        }
        auto rules = std::make_shared<RuleSet>();
        rules->segments_ = segments_;
        rules->warnings_ = segments_->warnings;
        rules->features_.reserve(features_.size() + put.size());
        rules->by_name_.reserve(features_.size() + put.size());
        for (const auto& each : features_) {
            if (const auto found = by_name.find(each->name); found != by_name.end())
                rules->add(found->second);
            else if (std::ranges::find(gone, each->name) == gone.end())
                rules->add(each);
        }
        for (const auto& each : changed)
            if (!rules->find(each->name)) rules->add(each);
        return std::shared_ptr<const RuleSet>(std::move(rules));
    } catch (const Malformed& malformed) {
        return refused(malformed);
    }
}

const Feature* RuleSet::find(std::string_view name) const {
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? nullptr : found->second;
}

void RuleSet::add(FeaturePointer feature) {
    if (!by_name_.try_emplace(feature->name, feature.get()).second)
        throw Malformed{"The name '" + feature->name + "' is there twice."};
    dependence_.add(feature->dependence);
    warnings_.insert(warnings_.end(), feature->warnings.begin(), feature->warnings.end());
    features_.push_back(std::move(feature));
}

bool RuleSet::is_settled_by(const Context& context) const {
    if (dependence_.on_chance || (dependence_.on_time && !context.current_time)) return false;
    return std::ranges::all_of(dependence_.on_fields, [&](const auto& field) {
        if (field == "default") return not_empty(context.user_id) || not_empty(context.session_id);
        return context.find_filled(field) != nullptr;
    });
}

}  // namespace whatsflow::flags
