/// \file
/// Flags and segments in the database: as they came, with a revision an environment and a history.
#pragma once

#include <whatsflow/sdk/host.hpp>

#include <map>

namespace whatsflow::flags {

inline constexpr const char* kDefaultProject = "default";
/// Flags of WhatsFlow's own plugins.
inline constexpr const char* kPlatformProject = "platform";
inline constexpr const char* kProduction = "production";

enum class ImportMode {
    merge,    ///< what the file does not name stays
    replace,  ///< the project is the file, exactly
};

struct ImportCounts {
    int added = 0;
    int changed = 0;
    int removed = 0;
};

class Store {
public:
    explicit Store(sdk::Host& host) : host_(host) {}

    /// `{"version": 2, "features": […], "segments": […]}`, in the order of the import.
    sdk::Result<nlohmann::json> load(const sdk::CallContext& context, const std::string& environment,
                                     const std::string& project) const;
    /// All or nothing. The document has been compiled before.
    sdk::Result<ImportCounts> import(const sdk::CallContext& context, const sdk::Actor& actor,
                                     const std::string& environment, const nlohmann::json& document, ImportMode mode);
    sdk::Result<std::map<std::string, std::int64_t>> revisions(const sdk::CallContext& context) const;

private:
    struct Kept;
    class Change;
    static sdk::Result<std::vector<Kept>> read(sdk::SqlExecutor& where, const sdk::CallContext& context,
                                               const std::string& environment, const std::string& project);

    sdk::Host& host_;
};

}  // namespace whatsflow::flags
