"""The Telegram half of Chuchu: updates in, messages out. It knows nothing of FAISS."""
