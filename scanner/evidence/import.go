package evidence

const originalItem = "original."
