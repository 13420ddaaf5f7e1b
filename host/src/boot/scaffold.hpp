/// \file
/// Scaffolds: folders and files copied from the SDK's templates with the names filled in.
///
/// Each template says in its template.json which words are placeholders and what for; this
/// code knows how to make those names. Nothing that exists is overwritten.
#pragma once

#include <whatsflow/sdk/result.hpp>

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::boot {

struct Scaffold {
    std::vector<std::string> files;  ///< what was written, relative to where
    std::string next;                ///< one sentence: what to do now
};

/// `kind` is plugin, event, migration or theme; `where` the folder to work in: for an event
/// or a migration that of a plugin.
sdk::Result<Scaffold> make_scaffold(const std::filesystem::path& sdk_folder, const std::string& kind,
                                    const std::string& name, const std::filesystem::path& where);

/// Replaces every placeholder in one pass, so that a name may contain another placeholder.
/// Where several begin at one place the longest wins.
std::string fill_in(std::string_view text, const std::map<std::string, std::string>& placeholders);

}  // namespace whatsflow::boot
