# What uploadgate links. The installed package finds the same again for static consumers (uploadgateConfig.cmake.in).
find_package(Boost 1.81 REQUIRED COMPONENTS filesystem json)
find_package(OpenSSL 3.0 REQUIRED COMPONENTS Crypto)
find_package(EXPAT REQUIRED)
find_package(ZLIB REQUIRED)
find_package(BZip2 REQUIRED)
find_package(LibLZMA REQUIRED)
find_package(LibArchive REQUIRED)
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(utf8proc REQUIRED IMPORTED_TARGET GLOBAL libutf8proc)
pkg_check_modules(magic REQUIRED IMPORTED_TARGET GLOBAL libmagic)
pkg_check_modules(isal REQUIRED IMPORTED_TARGET GLOBAL libisal)
pkg_check_modules(zstd REQUIRED IMPORTED_TARGET GLOBAL libzstd)
pkg_check_modules(hwy REQUIRED IMPORTED_TARGET GLOBAL libhwy)
find_package(simdjson REQUIRED)  # its UTF-8 validator

set(uploadgate_private_libraries
  Boost::filesystem Boost::json OpenSSL::Crypto EXPAT::EXPAT ZLIB::ZLIB BZip2::BZip2 LibLZMA::LibLZMA
  LibArchive::LibArchive   Threads::Threads PkgConfig::utf8proc PkgConfig::magic PkgConfig::isal PkgConfig::zstd PkgConfig::hwy simdjson::simdjson)
