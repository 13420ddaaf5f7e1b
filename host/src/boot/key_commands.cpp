// `keys rotate`: a new key for what is sealed from now on.
#include "boot/commands.hpp"
#include "boot/output.hpp"
#include "security/vault.hpp"

namespace whatsflow::boot {

int keys_rotate(const CommandLine& line) {
    const auto folder = line.data / "keys";
    auto made = security::VaultKeys::add_key(folder);
    if (!made) return refuse(made.error());
    if (line.json) {
        print_result({{"key", *made}, {"folder", folder.string()}}, {}, true, "");
        return 0;
    }
    say("Made key " + *made + " in " + folder.string() +
        ". Restart the server: from then on it seals with this key. Keep the older ones, they open what was sealed "
        "before, and copy the folder to every host and to a safe place.");
    return 0;
}

}  // namespace whatsflow::boot
