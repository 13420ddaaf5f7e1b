#include "web/locale.hpp"

#include "web/text.hpp"

#include <charconv>

namespace whatsflow::web {
namespace {

double weight_of(std::string_view parameters) {
    while (!parameters.empty()) {
        const auto parameter = trimmed(take_until(parameters, ';'));
        if (!parameter.starts_with("q=")) continue;
        double quality = 0;
        const auto [end, error] = std::from_chars(parameter.data() + 2, parameter.data() + parameter.size(), quality);
        return error == std::errc{} ? quality : 0;
    }
    return 1;
}

}  // namespace

const std::string& choose_locale(std::optional<std::string_view> accept_language,
                                 const std::vector<std::string>& available) {
    if (available.size() == 1 || !accept_language) return available.front();
    const std::string* best = &available.front();
    double best_quality = 0;
    auto list = *accept_language;
    while (!list.empty()) {
        auto parameters = take_until(list, ',');
        auto tag = trimmed(take_until(parameters, ';'));
        const double quality = weight_of(parameters);
        if (quality <= best_quality) continue;
        const auto language = tag.substr(0, tag.find('-'));
        for (const auto& locale : available) {
            if (!same_text(locale, tag) && !same_text(locale, language)) continue;
            best = &locale;
            best_quality = quality;
            break;
        }
    }
    return *best;
}

}  // namespace whatsflow::web
