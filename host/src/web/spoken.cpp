#include "web/spoken.hpp"

#include <algorithm>

namespace whatsflow::web {

std::string spoken(const views::Renderer& renderer, const std::string& locale, const std::string& group,
                   const std::string& word) {
    const auto key = "theme." + group + "." + word;
    auto label = renderer.translate(locale, key);
    if (label != key) return label;
    label = word;
    std::ranges::replace(label, '_', ' ');
    if (!label.empty() && label.front() >= 'a' && label.front() <= 'z') label.front() -= 'a' - 'A';
    return label;
}

}  // namespace whatsflow::web
