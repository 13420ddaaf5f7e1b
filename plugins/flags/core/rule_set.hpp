/// \file
/// All flags of one environment, compiled once and never changed: what evaluation reads.
///
///     auto rules = RuleSet::parse(text);      // {"version": 2, "features": […], "segments": […]}
///     if (!rules) return rules.error();       // malformed: refused whole
///     for (const auto& warning : (*rules)->warnings()) …
///
/// Unknown strategies and operators and patterns that RE2 refuses are kept, warned of, and
/// evaluate to false.
#pragma once

#include "constraint.hpp"

#include <unordered_map>

namespace whatsflow::flags {

struct Override {
    std::string field;
    std::vector<std::string> values;
};

struct Variant {
    std::string name;
    std::uint32_t weight = 0;
    nlohmann::json payload = nullptr;  ///< `{"type", "value"}` or null
    nlohmann::json value = true;       ///< for OpenFeature: the payload by its type
    bool value_is_broken = false;      ///< a payload that is not what its type says
    std::vector<Override> overrides;
    std::string evaluation_tail;  ///< see spelling.hpp
    std::string toggle_tail;
};

struct Variants {
    std::vector<Variant> list;
    std::string group;
    std::string stickiness = "default";
    std::uint32_t total = 0;  ///< of the weights
};

struct Strategy {
    enum class Kind { always, user_ids, addresses, host_names, sticky_percentage, old_random, flexible, never };

    std::string name;
    Kind kind = Kind::never;
    std::vector<std::string> listed;  ///< sorted: ids, addresses or host names
    std::vector<AddressRange> ranges;
    std::optional<int> percentage;
    std::string group;
    std::string stickiness = "default";
    std::vector<Constraint> constraints;  ///< its own and those of its segments
    Variants variants;
};

struct Dependency {
    std::string parent;
    bool enabled = true;
    std::vector<std::string> variants;
};

struct Feature {
    std::string name;
    bool enabled = false;
    bool impressions = false;
    std::vector<Strategy> strategies;
    Variants variants;
    std::vector<Dependency> dependencies;
    bool has_values = false;  ///< some variant has a payload
    bool has_variants = false;
    std::string evaluation_head;  ///< see spelling.hpp
    std::string toggle_head;
    nlohmann::json definition;
};

/// What answers depend on beside the rules and the context.
struct Dependence {
    bool on_time = false;                ///< where the context has no `currentTime`
    bool on_chance = false;              ///< whatever the context has
    std::vector<std::string> on_fields;  ///< chance decides where one of these is missing
};

class RuleSet {
public:
    /// Errors: `flags.malformed`, with the place.
    static sdk::Result<std::shared_ptr<const RuleSet>> parse(std::string_view text);
    static sdk::Result<std::shared_ptr<const RuleSet>> compile(const nlohmann::json& document);

    const Feature* find(std::string_view name) const;
    const std::vector<Feature>& features() const { return features_; }  ///< in the order of the file
    const nlohmann::json& segments() const { return segments_; }
    const std::vector<std::string>& warnings() const { return warnings_; }
    /// True when the context alone decides: asked again, every flag answers the same.
    bool is_settled_by(const Context& context) const;

private:
    using Segments = std::unordered_map<std::int64_t, std::vector<Constraint>>;
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };

    Feature compile_feature(const Place& place, const Segments& segments);
    Strategy compile_strategy(const Place& place, const std::string& feature, const Segments& segments);
    void note_dependence(const Strategy& strategy);
    void note_dependence(const Variants& variants);
    void depend_on(const std::string& field);

    std::vector<Feature> features_;
    std::unordered_map<std::string, std::size_t, Hash, std::equal_to<>> by_name_;
    nlohmann::json segments_ = nlohmann::json::array();
    std::vector<std::string> warnings_;
    Dependence dependence_;
};

}  // namespace whatsflow::flags
