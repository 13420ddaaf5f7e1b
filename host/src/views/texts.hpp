/// \file
/// The words of all pages, by language and key.
///
/// A locale file is nested JSON; its keys are joined by dots: {"landing":{"hero":{"title":"…"}}} is
/// `landing.hero.title`. English is complete by definition: other languages fall back to it, and a
/// key they have and English lacks is a mistake that is reported.
#pragma once

#include "views/problems.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::views {

inline constexpr std::string_view kMainLocale = "en";

class Texts {
public:
    /// Reads `<folder>/<locale>.json` of every language there is. A later call overrides keys of
    /// an earlier one. With `top_key`, that must be the only key at the top of each file.
    void add_folder(const std::filesystem::path& folder, const std::string& shown_as, std::string_view top_key,
                    Problems& problems);

    /// The text in `locale`, else in English, else null. Lives as long as this object.
    const std::string* find(std::string_view locale, std::string_view key) const;

    /// English first, the rest by name.
    std::vector<std::string> locales() const;

    /// Keys that some language has and English lacks, as `si: landing.old`.
    std::vector<std::string> strays() const;

private:
    using Keys = std::map<std::string, std::string, std::less<>>;
    std::map<std::string, Keys, std::less<>> locales_;
};

}  // namespace whatsflow::views
