/// \file
/// One condition of a strategy or a segment, compiled: `country IN [DE, FR]`.
#pragma once

#include "address_range.hpp"
#include "context.hpp"
#include "pattern.hpp"
#include "reading.hpp"
#include "semantic_version.hpp"

#include <whatsflow/sdk/time.hpp>

#include <variant>

namespace whatsflow::flags {

class Constraint {
public:
    /// Adds a sentence to `warnings` when it is kept but can never hold. Throws Malformed.
    static Constraint compile(const Place& place, const std::string& whose, std::vector<std::string>& warnings);
    /// One that never holds, such as for a segment that is not there.
    static Constraint never(std::string why);

    /// `now` counts where the context has no `currentTime`.
    bool holds(const Context& context, const sdk::Clock& clock) const;
    /// For words only: it stands in a segment.
    void belongs_to(std::string segment) { segment_ = std::move(segment); }
    const std::string& field() const { return field_; }
    /// Looks at the clock, or at the context's `currentTime`.
    bool is_about_time() const { return std::holds_alternative<Moment>(test_); }
    /// For people: `country is one of DE, FR`.
    std::string in_words() const;

private:
    struct Never {};  ///< unknown operator, refused pattern: false, inverted or not
    struct OneOf {
        std::vector<std::string> values;  ///< sorted
        bool wanted = true;
    };
    struct Text {
        enum class Where { start, end, anywhere } where = Where::anywhere;
        std::vector<std::string> values;
        bool any_case = false;
        std::vector<std::shared_ptr<const Pattern>> beyond_ascii;  ///< letters that only RE2 can fold
    };
    enum class Order { equal, greater, less, greater_or_equal, less_or_equal };
    struct Number {
        Order order;
        std::optional<double> value;
    };
    struct Version {
        Order order;
        std::optional<SemanticVersion> value;
    };
    struct Moment {
        Order order;
        std::optional<sdk::Instant> value;
    };
    struct Matches {
        std::shared_ptr<const Pattern> pattern;
    };
    struct InRange {
        std::vector<AddressRange> ranges;
    };
    using Test = std::variant<Never, OneOf, Text, Number, Version, Moment, Matches, InRange>;

    static Test compile_test(const Place& place, const std::string& name, std::string& problem);
    static Test compile_text(Text::Where where, const Place& place, std::string& problem);
    static bool test(const OneOf& test, const std::string* value);
    static bool test(const Text& test, const std::string* value);
    static bool test(const Number& test, const std::string* value);
    static bool test(const Version& test, const std::string* value);
    static bool test(const Matches& test, const std::string* value);
    static bool test(const InRange& test, const std::string* value);
    template <class T>
    static bool compare(Order order, const T& a, const T& b);

    std::string field_;
    std::string operator_;
    std::string value_in_words_;
    std::string segment_;
    bool inverted_ = false;
    Test test_;
};

/// Without blanks around it.
std::string_view trimmed(std::string_view text);
/// A whole text as a number; nothing when it is none.
std::optional<double> number_of(std::string_view text);

}  // namespace whatsflow::flags
