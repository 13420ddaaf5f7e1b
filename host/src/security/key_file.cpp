#include "security/key_file.hpp"

#include "security/random.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace whatsflow::security {
namespace {

constexpr std::size_t kKeyBytes = 32;

sdk::Error problem(const std::filesystem::path& file, const std::string& what) {
    return sdk::fail("security.key_file", "The key file " + file.string() + " " + what);
}

struct Descriptor {
    int number;
    explicit Descriptor(int descriptor) : number(descriptor) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (number >= 0) ::close(number);
    }
};

/// Written beside and linked into place: a crash leaves no half key, and of two processes
/// that start at once one wins.
sdk::Result<void> make_key(const std::filesystem::path& file) {
    const std::string fresh = file.string() + ".new." + std::to_string(::getpid());
    const std::string key = random_bytes(kKeyBytes);
    {
        const Descriptor target(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
        if (target.number < 0 || ::write(target.number, key.data(), key.size()) != static_cast<ssize_t>(key.size()) ||
            ::fsync(target.number) != 0)
            return problem(file, std::string("cannot be written: ") + std::generic_category().message(errno) + ".");
    }
    const int linked = ::link(fresh.c_str(), file.c_str());
    const int reason = errno;
    ::unlink(fresh.c_str());
    if (linked != 0 && reason != EEXIST)
        return problem(file, std::string("cannot be written: ") + std::generic_category().message(reason) + ".");
    return sdk::ok();
}

}  // namespace

sdk::Result<std::string> load_or_make_key(const std::filesystem::path& folder, const std::string& name) {
    const std::filesystem::path file = folder / (name + ".key");
    std::error_code error;
    if (std::filesystem::create_directories(folder, error)) ::chmod(folder.c_str(), 0700);
    if (!std::filesystem::exists(file, error)) {
        if (auto made = make_key(file); !made) return made.error();
    }
    const Descriptor source(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat status {};
    if (source.number < 0 || ::fstat(source.number, &status) != 0)
        return problem(file, std::string("cannot be read: ") + std::generic_category().message(errno) + ".");
    if (status.st_mode & (S_IRWXG | S_IRWXO))
        return problem(file, "can be read by others. Run `chmod 600 " + file.string() + "`.");
    std::string key(kKeyBytes, '\0');
    if (status.st_size != static_cast<off_t>(kKeyBytes) ||
        ::read(source.number, key.data(), key.size()) != static_cast<ssize_t>(key.size()))
        return problem(file,
                       "is damaged: it should have 32 bytes. Restore it from a backup, or remove it to make a "
                       "new one; then everybody has to sign in again.");
    return key;
}

}  // namespace whatsflow::security
