// `new plugin|event|migration|theme NAME`: copies a template of the SDK and fills in the names.
#include "boot/commands.hpp"
#include "boot/installation.hpp"
#include "boot/output.hpp"
#include "boot/scaffold.hpp"

namespace whatsflow::boot {

int make_new(const CommandLine& line) {
    auto made = make_scaffold(Installation::find().sdk, line.words[1], line.words[2], std::filesystem::current_path());
    if (!made) return refuse(made.error());
    if (line.json) {
        print_result({{"created", made->files}, {"next", made->next}}, {}, true, "");
        return 0;
    }
    for (const auto& file : made->files) print_result(file, {}, false, "");
    say(made->next);
    return 0;
}

}  // namespace whatsflow::boot
