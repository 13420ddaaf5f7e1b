/// \file
/// Reads definitions that anybody may have written: says where something is not as it should be.
#pragma once

#include <whatsflow/sdk/result.hpp>

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::flags {

/// Thrown inside the parser only, and turned into the error `flags.malformed`.
struct Malformed {
    std::string sentence;
};

/// One JSON object and where it stands: `features[3].strategies[0]`.
class Place {
public:
    Place(const nlohmann::json& object, std::string path);

    const std::string& path() const { return path_; }
    const nlohmann::json& object() const { return object_; }
    std::string text(const char* key) const;  ///< must be there, not empty
    std::string text_or(const char* key, std::string fallback) const;
    bool flag_or(const char* key, bool fallback) const;
    /// A number, or the text of one.
    double number_or(const char* key, double fallback) const;
    std::vector<std::string> texts(const char* key) const;
    std::vector<std::int64_t> integers(const char* key) const;
    /// The objects of a list that may be missing.
    std::vector<Place> places(const char* key) const;

private:
    const nlohmann::json* find(const char* key) const;  ///< null: missing, or null in the file
    const nlohmann::json* list(const char* key) const;
    [[noreturn]] void refuse(const char* key, const char* wanted) const;

    const nlohmann::json& object_;
    std::string path_;
};

/// What a definition says, for pages: compiling has let other kinds of value pass where they do no harm, and
/// here they are none. Numbers and truth values count as their texts.
std::string text_in(const nlohmann::json& object, const char* key);
bool flag_in(const nlohmann::json& object, const char* key);
nlohmann::json list_in(const nlohmann::json& object, const char* key);
nlohmann::json object_in(const nlohmann::json& object, const char* key);

/// JSON text of at most 64 MB and 64 levels. Errors: `flags.malformed`.
sdk::Result<nlohmann::json> parse_json(std::string_view text);

}  // namespace whatsflow::flags
