/// \file
/// Several files as one: the tar format (POSIX ustar), which every system can unpack.
#pragma once

#include <whatsflow/sdk/directory.hpp>
#include <whatsflow/sdk/time.hpp>

#include <string>
#include <vector>

namespace whatsflow::accounts {

/// Names are up to 100 bytes; a longer one keeps its end.
std::string make_tar(const std::vector<sdk::PersonalData::ExportedFile>& files, sdk::Instant now);

}  // namespace whatsflow::accounts
