# Writes wharf.pc and wharf-config.cmake, once rustc has told which libraries of the system a program needs
# that links libwharf.a: cmake -DNATIVE_LIBRARIES=FILE -P native-libraries.cmake

file(STRINGS "${NATIVE_LIBRARIES}" told LIMIT_COUNT 1)
string(STRIP "${told}" told)
# Each compiler brings its own of this one by itself: with -static, another than otherwise.
string(REGEX REPLACE "-lgcc_s( |$)" "" told "${told}")
if(NOT told MATCHES "^-l")
  message(FATAL_ERROR "${NATIVE_LIBRARIES} names no libraries: remove it, and build again")
endif()
string(REPLACE " " ";" list "${told}")

function(write file libraries)
  file(READ "${file}.in" text)
  string(REPLACE "NATIVE_LIBRARIES" "${libraries}" text "${text}")
  file(WRITE "${file}" "${text}")
endfunction()
write(wharf.pc "${told}")
write(wharf-config.cmake "${list}")
