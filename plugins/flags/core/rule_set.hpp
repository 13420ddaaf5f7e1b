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

#include <ranges>
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

struct Segments {
    nlohmann::json definitions = nlohmann::json::array();
    std::unordered_map<std::int64_t, std::vector<Constraint>> constraints;
    std::vector<std::string> warnings;
};

struct Dependency {
    std::string parent;
    bool enabled = true;
    std::vector<std::string> variants;
};

/// What answers depend on beside the rules and the context.
struct Dependence {
    bool on_time = false;                ///< where the context has no `currentTime`
    bool on_chance = false;              ///< whatever the context has
    std::vector<std::string> on_fields;  ///< chance decides where one of these is missing

    void add(const Dependence& other);
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
    bool has_segments = false;    ///< some strategy names one
    std::string evaluation_head;  ///< see spelling.hpp
    std::string toggle_head;

    // What lists show of a flag, without reading its definition.
    std::string type;  ///< `release` where it has none
    std::string description;
    std::string created_at;  ///< as written, mostly RFC 3339
    std::string project;     ///< as written; `default` where it has none
    std::vector<std::string> tags;  ///< `team:checkout`
    bool stale = false;

    std::string text;  ///< the definition, as JSON: a tenth of what it takes as an object
    nlohmann::json definition() const { return nlohmann::json::parse(text); }
    Dependence dependence;
    std::vector<std::string> warnings;
};

/// Definitions kept one by one, each the text of a JSON object.
struct Texts {
    std::vector<std::string> segments;
    std::vector<std::string> features;
};

class RuleSet {
public:
    using Compiled = sdk::Result<std::shared_ptr<const RuleSet>>;

    /// Errors: `flags.malformed`, with the place.
    static Compiled parse(std::string_view text);
    static Compiled compile(const nlohmann::json& document);
    /// Takes compiled flags of `known` over where their text is the same and no segment changed for them.
    static Compiled compile_texts(const Texts& texts, const RuleSet* known = nullptr);
    /// The same rules but for some flags: those in `put` take the place of the flag of their name, or come
    /// last. As fast as the changes are few.
    Compiled with(const std::vector<std::string>& put, const std::vector<std::string>& gone) const;

    const Feature* find(std::string_view name) const;
    /// In the order of the file.
    auto features() const {
        return std::views::transform(features_, [](const auto& each) -> const Feature& { return *each; });
    }
    const nlohmann::json& segments() const { return segments_->definitions; }
    const std::vector<std::string>& warnings() const { return warnings_; }
    /// True when the context alone decides: asked again, every flag answers the same.
    bool is_settled_by(const Context& context) const;

private:
    using FeaturePointer = std::shared_ptr<const Feature>;
    /// Adds it last. Throws Malformed when its name is taken.
    void add(FeaturePointer feature);

    std::vector<FeaturePointer> features_;
    std::unordered_map<std::string_view, const Feature*> by_name_;  ///< names lie in the features
    std::shared_ptr<const Segments> segments_ = std::make_shared<const Segments>();
    std::vector<std::string> warnings_;
    Dependence dependence_;
};

}  // namespace whatsflow::flags
