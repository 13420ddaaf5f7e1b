/// \file
/// What a template may ask of a model, and what it gets.
///
/// Models are JSON; mustache knows strings and lists only. Here is decided how each kind of value
/// prints and which values count as "there": null, false, 0, "" and [] do not. Values are looked
/// up when a tag needs them, so a large model costs what is shown of it.
#pragma once

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::views {

/// The objects a name is looked up in, innermost last. Borrowed: lives for one rendering.
class Scope {
public:
    void push(const nlohmann::json* value) { frames_.push_back(value); }
    void pop() { frames_.pop_back(); }

    /// `name`, `a.b.c` or `.`; null when nothing has it.
    const nlohmann::json* find(std::string_view name) const;

private:
    std::vector<const nlohmann::json*> frames_;
};

/// Whether a section over `value` is shown.
bool is_there(const nlohmann::json& value);

/// As {{name}} prints it, before escaping. Objects and lists print as JSON that is safe inside a
/// script element; addresses (`…_url`, `…_path`) never print a scheme that runs code.
std::string printed(std::string_view name, const nlohmann::json& value);

/// As {{#format_…}} prints it; a value of the wrong kind prints as it is. Times are those of the
/// reader's zone, UTC without one.
std::string formatted(std::string_view format, const nlohmann::json& value, std::string_view locale,
                      std::string_view zone = {});

}  // namespace whatsflow::views
