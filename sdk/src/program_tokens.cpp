#include <whatsflow/sdk/program_tokens.hpp>

namespace whatsflow::sdk {

ProgramTokens::~ProgramTokens() = default;

}  // namespace whatsflow::sdk
