#include "views/compiled_template.hpp"

#include "views/formats.hpp"

#include <kainjow/mustache.hpp>

#include <algorithm>
#include <deque>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>

namespace whatsflow::views {

namespace km = kainjow::mustache;
using nlohmann::json;

namespace {

/// What the renderer writes to.
struct Sink {
    std::string text;
    Sink& operator<<(const std::string& piece) {
        text += piece;
        return *this;
    }
};

/// Lends the values of a model to the library, one at a time and only those that are asked for.
class Values final : public km::basic_context<std::string> {
public:
    Values(Scope& scope, const std::string& locale, std::set<std::string>& missing,
           const std::map<std::string, std::string, std::less<>>& origins)
        : scope_(scope), locale_(locale), missing_(missing), origins_(origins) {}

    void push(const km::data* value) override {
        const auto found = meaning_.find(value);
        scope_.push(found == meaning_.end() ? nullptr : found->second);
    }
    void pop() override { scope_.pop(); }

    const km::data* get(const std::string& name) const override {
        if (name.starts_with("?")) return section(std::string_view(name).substr(1));
        if (name.starts_with("$")) {
            const auto space = name.find(' ');
            const auto wanted = std::string_view(name).substr(space + 1);
            const auto* value = look_up(wanted);
            if (value == nullptr) return nullptr;
            return keep(km::data(formatted(std::string_view(name).substr(1, space - 1), *value, locale_, zone())));
        }
        const auto* value = look_up(name);
        return value == nullptr ? nullptr : keep(km::data(printed(name, *value)));
    }

    const km::data* get_partial(const std::string&) const override { return nullptr; }

private:
    /// Of whoever reads the page, when the model says so.
    std::string_view zone() const {
        const auto* zone = scope_.find("reader_time_zone");
        return zone != nullptr && zone->is_string() ? std::string_view(zone->get_ref<const std::string&>())
                                                    : std::string_view();
    }

    const json* look_up(std::string_view name) const {
        const auto* value = scope_.find(name);
        if (value == nullptr) {
            const auto origin = origins_.find(name);
            missing_.insert(std::string(name) + (origin == origins_.end() ? "" : " (" + origin->second + ")"));
        }
        return value;
    }

    const km::data* section(std::string_view name) const {
        static constexpr std::string_view kOne = "$one ";
        if (name.starts_with(kOne)) {
            const auto* count = scope_.find(name.substr(kOne.size()));
            const bool one =
                count != nullptr && count->is_number_integer() && is_one(count->get<std::int64_t>(), locale_);
            return keep(km::data(one));
        }
        const auto* value = scope_.find(name);
        if (value == nullptr) return nullptr;
        if (!is_there(*value)) return keep(km::data(false));
        if (!value->is_array()) {
            const auto* shown = keep(km::data(true));
            meaning_[shown] = value;
            return shown;
        }
        const auto* list = keep(km::data(km::list(value->size(), km::data(true))));
        for (std::size_t i = 0; i < value->size(); ++i) meaning_[&list->list_value()[i]] = &(*value)[i];
        return list;
    }

    /// The library holds on to pointers: what it was given stays until the page is done.
    const km::data* keep(km::data value) const { return &kept_.emplace_back(std::move(value)); }

    Scope& scope_;
    const std::string& locale_;
    std::set<std::string>& missing_;
    const std::map<std::string, std::string, std::less<>>& origins_;
    // The library asks through a const method; what it gets has to live somewhere.
    mutable std::deque<km::data> kept_;
    mutable std::unordered_map<const km::data*, const json*> meaning_;
};

}  // namespace

/// Parsed, a template takes some fifteen times its text, and most pages of an installation are seen
/// by nobody for days: it is parsed for good when it is rendered first.
struct CompiledTemplate::Parsed {
    Parsed(FlatTemplate from, std::string in) : flat(std::move(from)), locale(std::move(in)) {}

    // render() is not const in the library, but writes nothing without partials and lambdas.
    km::mustache& mustache() const {
        std::call_once(once, [&] {
            parsed.emplace(flat.text);
            if (!flat.escape_html) parsed->set_custom_escape([](const std::string& text) { return text; });
        });
        return *parsed;
    }

    const FlatTemplate flat;
    const std::string locale;

private:
    mutable std::once_flag once;
    mutable std::optional<km::mustache> parsed;
};

CompiledTemplate::CompiledTemplate(std::unique_ptr<Parsed> parsed) : parsed_(std::move(parsed)) {}
CompiledTemplate::CompiledTemplate(CompiledTemplate&&) noexcept = default;
CompiledTemplate& CompiledTemplate::operator=(CompiledTemplate&&) noexcept = default;
CompiledTemplate::~CompiledTemplate() = default;

sdk::Result<CompiledTemplate> CompiledTemplate::compile(FlatTemplate flat, std::string locale) {
    const km::mustache tried(flat.text);
    if (!tried.is_valid()) return sdk::fail("view.invalid", tried.error_message());
    return CompiledTemplate(std::make_unique<Parsed>(std::move(flat), std::move(locale)));
}

std::string CompiledTemplate::render(Scope& scope, std::set<std::string>& missing) const {
    Values values(scope, parsed_->locale, missing, parsed_->flat.origins);
    Sink sink;
    parsed_->mustache().render(values, sink);
    return std::move(sink.text);
}

}  // namespace whatsflow::views
